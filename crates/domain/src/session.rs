//! What a session remembers beside its items.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{CacheMode, FileId, JsonMap, ModelRef, Speed, Thinking, ThreadId, Todo, ToolSchema};

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
    /// What the model has written down as to be done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub todos: Vec<Todo>,
    /// Tools that the client declared at a trigger, of servers that the protocol names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dynamic_tools: Vec<ToolSchema>,
    /// What requests of the main thread may have, by model, since its provider refused more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub learned: BTreeMap<Arc<str>, RequestLimit>,
    /// The files whose images were shown smaller, as the log says already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adapted: Vec<FileId>,
}

/// What a request may have at the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLimit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<usize>,
}

impl RequestLimit {
    /// What satisfies both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let least = |a: Option<usize>, b: Option<usize>| a.into_iter().chain(b).min();
        Self {
            bytes: least(self.bytes, other.bytes),
            images: least(self.images, other.images),
        }
    }
}

/// How a thread talks to its model, with every value settled when it was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadConfig {
    pub model: ModelRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<Arc<str>>,
    /// What is offered to the model.
    #[serde(flatten)]
    pub toolset: Toolset,
    /// Model steps of one block.
    pub max_steps: u32,
    /// Whether the last step must be an answer.
    pub last_step_without_tools: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<Thinking>,
    /// In tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output: Option<u32>,
    /// Answers once in place of `model`, where that fails for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<ModelRef>,
    #[serde(default)]
    pub speed: Speed,
    #[serde(default)]
    pub cache: CacheMode,
    /// Whether an answer is cut off that repeats itself without end.
    #[serde(default)]
    pub loop_guard: bool,
    /// In tokens: how much of one tool result the model is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tool_output: Option<u32>,
    /// In pixels: what the longer side of an image may have that the model is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_image_dimension: Option<u32>,
}

impl ThreadConfig {
    /// A thread that has a model and nothing else: it answers once.
    #[must_use]
    pub fn new(model: ModelRef) -> Self {
        Self {
            model,
            system: None,
            toolset: Toolset::default(),
            max_steps: 1,
            last_step_without_tools: false,
            temperature: None,
            thinking: None,
            max_output: None,
            backup: None,
            speed: Speed::Standard,
            cache: CacheMode::Auto,
            loop_guard: false,
            max_tool_output: None,
            max_image_dimension: None,
        }
    }
}

/// Names of what a thread's model may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Toolset {
    /// Tools of the client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Slugs of workers, each of which is a tool.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Namespaces whose tools a client declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// The server's own tools.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builtins: Vec<String>,
}
