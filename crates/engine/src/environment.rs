//! What an execution reads of the server that it runs on.

use std::fmt;
use std::sync::Arc;

use domain::{Limits, Models};

/// The same for all executions of a server; it is never part of a pause.
#[derive(Clone)]
pub struct Environment {
    pub limits: Arc<Limits>,
    pub models: Arc<dyn Models>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
