//! The events of a stream (CONTRACT 3.1), in the current wire shape. `wire` maps them down for older
//! clients; nothing else knows of versions.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Display, ErrorInfo, ExecutionId, FileReference, FinishReason, JsonMap, MessageId, SessionId,
    Source, ThreadId, Todo, ToolCallId, Usage, WorkerId,
};

// A null makes the clients drop the whole event (CONTRACT 3.0).
/// One event of a stream. Optional fields are left out, never null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum StreamEvent {
    Start {
        message_id: MessageId,
        execution_id: ExecutionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_message_id: Option<MessageId>,
        session_id: SessionId,
    },
    Finish {
        finish_reason: FinishReason,
        execution_id: ExecutionId,
    },
    Error(ErrorInfo),
    TextStart {
        id: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response_type: Option<Arc<str>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    TextDelta {
        id: Arc<str>,
        delta: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    TextEnd {
        id: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ReasoningStart {
        id: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ReasoningDelta {
        id: Arc<str>,
        delta: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ReasoningEnd {
        id: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ToolInputStart {
        tool_call_id: ToolCallId,
        tool_name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        display: Display,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ToolInputDelta {
        tool_call_id: ToolCallId,
        input_text_delta: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ToolInputEnd {
        tool_call_id: ToolCallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ToolInputAvailable {
        tool_call_id: ToolCallId,
        tool_name: String,
        input: JsonMap,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ToolOutputAvailable {
        tool_call_id: ToolCallId,
        output: Value,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    ToolOutputError {
        tool_call_id: ToolCallId,
        error: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    Source {
        #[serde(flatten)]
        source: Source,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    BlockStart(BlockStart),
    BlockEnd {
        block_id: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
        /// As that of its [`BlockStart`].
        #[serde(skip)]
        empty: bool,
    },
    ResourceUpdate {
        name: Arc<str>,
        value: Value,
    },
    ToolRequest {
        tool_calls: Vec<ToolRequestCall>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    FileAvailable {
        #[serde(flatten)]
        file: FileReference,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tool_call_id: Option<ToolCallId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    TodoUpdate {
        todos: Vec<Todo>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worker_id: Option<WorkerId>,
    },
    /// A model writes the input of a worker that is shown as it works.
    WorkerInputStart {
        worker_id: WorkerId,
        worker_slug: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Arc<str>>,
    },
    WorkerInputDelta {
        worker_id: WorkerId,
        delta: String,
    },
    WorkerInputReady {
        worker_id: WorkerId,
        input: JsonMap,
    },
    WorkerStart {
        worker_id: WorkerId,
        worker_slug: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Arc<str>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<JsonMap>,
    },
    WorkerResult {
        worker_id: WorkerId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// What the run of a standalone worker took: the only event behind `finish`.
    Usage {
        cost: Cost,
        tokens: TokenTotals,
    },
}

impl StreamEvent {
    /// Whether the leg's stream ends with this event.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Finish { .. } | Self::Error(_))
    }
}

/// What a run cost. This server charges nothing, and the models are paid with the operator's own keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    pub currency: String,
    pub bandwidth_fee: f64,
    pub provider_fee: f64,
    pub total_fee: f64,
    pub byok: bool,
    /// What the provider asks for it by its price list; absent where nobody knows the price of a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_provider_fee: Option<f64>,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            currency: "USD".into(),
            bandwidth_fee: 0.0,
            provider_fee: 0.0,
            total_fee: 0.0,
            byok: true,
            estimated_provider_fee: None,
        }
    }
}

/// The tokens of a run, summed over its model steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenTotals {
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub total_tokens: u64,
}

impl From<Usage> for TokenTotals {
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            total_tokens: usage.input_tokens + usage.output_tokens,
        }
    }
}

/// The body of `block-start`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockStart {
    pub block_id: Arc<str>,
    pub block_name: Arc<str>,
    pub block_type: Arc<str>,
    pub display: Display,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_to_chat: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<WorkerId>,
    /// Whether nothing can be shown of it or within it. Older clients are not told of it.
    #[serde(skip)]
    pub empty: bool,
}

/// One call of a `tool-request`. `outputVariable` and `blockIndex` come back in the result as hints
/// that nobody reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolRequestCall {
    pub tool_call_id: ToolCallId,
    pub tool_name: String,
    pub args: JsonMap,
    pub source: ToolSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_variable: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_index: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<WorkerId>,
}

/// Who asked for a tool call: the model, or a tool-call block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ToolSource {
    Llm,
    Block,
}
