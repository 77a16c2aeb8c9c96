//! Entries of a session's execution log (CONTRACT 6): what an operator reads to see what happened.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    CacheMode, ErrorInfo, ErrorSource, ErrorType, FileId, FileReference, FinishReason, JsonMap,
    LogRecord, ModelRef, ProviderErrorInfo, Role, Speed, ThreadId, Timestamp, ToolCallId,
    ToolErrorInfo, Usage, WorkerId,
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
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileReference>,
    },
    ThreadCreated {
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response: Option<Arc<str>>,
        tool_calls: Vec<LoggedCall>,
    },
    LlmResponse {
        response: Arc<str>,
        finish_reason: FinishReason,
    },
    ToolCall {
        tool_name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tool_description: Option<String>,
        tool_arguments: JsonMap,
    },
    ToolResult {
        tool_name: String,
        tool_result: Value,
    },
    /// A result was longer than the model is shown.
    ToolOutputBounded {
        tool_call_id: ToolCallId,
        tool_name: String,
        original_chars: usize,
        max_tool_output_tokens: u32,
    },
    BlockOperation {
        operation_type: Arc<str>,
        operation_description: Arc<str>,
        operation_input: Value,
        operation_result: Value,
    },
    ImageAdapted(ImageAdapted),
    Compaction(Compaction),
    WorkerExecution {
        worker_input: JsonMap,
    },
    WorkerOutput {
        worker_output: Value,
    },
    Abort {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aborted_at_block: Option<Arc<str>>,
    },
    Error {
        error: LoggedError,
    },
}

/// A failure, with its kind under the name that a log has for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoggedError {
    #[serde(rename = "type")]
    pub error_type: ErrorType,
    pub message: String,
    pub source: ErrorSource,
    pub retryable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderErrorInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolErrorInfo>,
}

impl From<ErrorInfo> for LoggedError {
    fn from(error: ErrorInfo) -> Self {
        Self {
            error_type: error.error_type,
            message: error.message,
            source: error.source,
            retryable: error.retryable,
            retry_after: error.retry_after,
            code: error.code,
            provider: error.provider,
            tool: error.tool,
        }
    }
}

/// An image that a model is shown otherwise than it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageAdapted {
    pub source: AdaptedBecause,
    pub adaptation: Adaptation,
    /// The file that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<FileId>,
    /// In pixels, width and height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_image_dimension: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images_elided: Option<usize>,
}

/// Why an image is shown otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AdaptedBecause {
    /// The author says how large it may be.
    DeclaredCap,
    /// The provider refused a request because of its images.
    ReactiveRecovery,
}

/// How an image is shown otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Adaptation {
    Downscaled,
    /// The oldest ones are left out.
    CountElided,
}

/// What of a conversation a model is no longer shown as it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compaction {
    pub compaction_trigger: CompactionTrigger,
    pub reason: Cow<'static, str>,
    /// The numbers, among those of the thread, of the first item that is summed up, and of the one behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark_from: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark_to: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns_summarized: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes: Option<u32>,
    /// As they are guessed.
    pub tokens_before: u64,
    pub tokens_after: u64,
    /// What was done, in order.
    pub layers_applied: Vec<Cow<'static, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summarizer_worker_id: Option<Arc<str>>,
}

impl Compaction {
    #[must_use]
    pub fn new(trigger: CompactionTrigger, reason: &'static str) -> Self {
        Self {
            compaction_trigger: trigger,
            reason: reason.into(),
            watermark_from: None,
            watermark_to: None,
            turns_summarized: None,
            passes: None,
            tokens_before: 0,
            tokens_after: 0,
            layers_applied: Vec::new(),
            summarizer_worker_id: None,
        }
    }
}

/// Whether a request was made shorter before a provider refused it, or behind that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CompactionTrigger {
    Proactive,
    Reactive,
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
    pub cache_mode: CacheMode,
    pub speed: Speed,
    /// In US dollars; absent where nobody knows the model's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_provider_fee: Option<f64>,
}

/// A call that the model asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoggedCall {
    pub id: ToolCallId,
    pub name: String,
    pub arguments: JsonMap,
}
