//! Entries of a session's execution log (CONTRACT 6): what an operator reads to see what happened.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ErrorInfo, FinishReason, JsonMap, LogRecord, ModelRef, Role, ThreadId, Timestamp, ToolCallId,
    Usage, WorkerId,
};

/// One entry as the machine writes it; its id and time are given when it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    #[serde(flatten)]
    pub body: LogBody,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_name: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<WorkerId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_slug: Option<Arc<str>>,
}

/// An entry with its place and time.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredLogEntry {
    /// Grows by one from entry to entry of a session.
    pub seq: i64,
    pub created: Timestamp,
    pub entry: LogRecord,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum LogBody {
    Trigger {
        trigger_name: Arc<str>,
        trigger_input: JsonMap,
    },
    Message {
        role: Role,
        content: Arc<str>,
        visible: bool,
        /// The type of a message that is an object; its content is the JSON text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response_type: Option<Arc<str>>,
    },
    ThreadCreated {
        system_prompt: Option<Arc<str>>,
    },
    ModelRequest {
        model_request: ModelRequestInfo,
    },
    StepStats {
        step_stats: StepStats,
    },
    Reasoning {
        reasoning_content: Arc<str>,
    },
    LlmToolRequest {
        response: Option<Arc<str>>,
        tool_calls: Vec<LoggedCall>,
    },
    LlmResponse {
        response: Arc<str>,
        finish_reason: FinishReason,
    },
    ToolCall {
        tool_name: String,
        tool_description: Option<String>,
        tool_arguments: JsonMap,
    },
    ToolResult {
        tool_name: String,
        tool_result: Value,
    },
    BlockOperation {
        operation_type: Arc<str>,
        operation_description: Arc<str>,
        operation_result: Value,
    },
    WorkerExecution {
        worker_input: JsonMap,
    },
    WorkerOutput {
        worker_output: Value,
    },
    Abort {
        aborted_at_block: Option<Arc<str>>,
    },
    Error {
        error: ErrorInfo,
    },
}

/// Which model was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelRequestInfo {
    pub request_type: RequestType,
    pub provider: Arc<str>,
    pub model: Arc<str>,
    /// What was posted to the provider, where the client asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Value>,
}

impl From<&ModelRef> for ModelRequestInfo {
    fn from(model: &ModelRef) -> Self {
        Self {
            request_type: RequestType::Llm,
            provider: Arc::clone(&model.provider),
            model: Arc::clone(&model.model),
            request_body: None,
        }
    }
}

/// What a model was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RequestType {
    Llm,
    Image,
    Video,
    Speech,
    Transcription,
}

/// What one model step used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepStats {
    pub request_type: RequestType,
    pub provider: Arc<str>,
    pub model: Arc<str>,
    pub usage: Usage,
}

/// A call that the model asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoggedCall {
    pub id: ToolCallId,
    pub name: String,
    pub arguments: JsonMap,
}
