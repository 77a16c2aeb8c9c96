//! What a session remembers beside its items.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{JsonMap, ModelRef, Thinking, ThreadId};

/// The values of a session: written whole at each commit that changed them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
    /// The session's input, as it was checked at creation: absent optional values are not in it.
    pub input: JsonMap,
    pub variables: JsonMap,
    pub resources: JsonMap,
    /// The threads that were started, and how each talks. The main thread is the agent's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub threads: BTreeMap<ThreadId, ThreadConfig>,
}

/// How a thread talks to its model, with every value settled when it was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadConfig {
    pub model: ModelRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<Arc<str>>,
    /// Names of the tools that are offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Model steps of one block.
    pub max_steps: u32,
    /// Whether the last step must be an answer.
    pub last_step_without_tools: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<Thinking>,
}
