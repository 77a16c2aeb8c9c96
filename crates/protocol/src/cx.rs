//! What lowering needs everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::ModelRef;

use crate::catalog::Catalog;
use crate::declarations::Names;
use crate::problems::Problems;
use crate::program::Setting;
use crate::prompts::Prompts;
use crate::uses::Uses;

/// The names that may be used, and what is known and used so far.
pub(crate) struct Cx<'n> {
    pub(crate) problems: &'n mut Problems,
    pub(crate) names: &'n Names,
    pub(crate) prompts: &'n Prompts,
    pub(crate) catalog: &'n Catalog<'n>,
    pub(crate) uses: Uses,
    /// The model of each thread that was lowered: `main` is the agent's. A thread whose model is missing
    /// or wrong is not in it.
    pub(crate) models: BTreeMap<Arc<str>, Setting<ModelRef>>,
    /// The threads that steps so far have started; `None` in an interactive agent, where one handler may
    /// speak in a thread that another one started.
    pub(crate) started: Option<BTreeSet<Arc<str>>>,
    /// What all prompts together have grown to, includes and repetitions counted.
    pub(crate) prompt_bytes: usize,
}
