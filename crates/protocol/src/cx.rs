//! What lowering needs everywhere.

use domain::ModelRef;

use crate::declarations::Names;
use crate::problems::Problems;
use crate::program::Setting;
use crate::prompts::Prompts;

/// The names that may be used, and the problems found so far.
pub(crate) struct Cx<'n> {
    pub(crate) problems: &'n mut Problems,
    pub(crate) names: &'n Names,
    pub(crate) prompts: &'n Prompts,
    /// The agent's model, for threads that name none; `None` where it is missing or wrong.
    pub(crate) model: Option<Setting<ModelRef>>,
    /// What all prompts together have grown to, includes and repetitions counted.
    pub(crate) prompt_bytes: usize,
}
