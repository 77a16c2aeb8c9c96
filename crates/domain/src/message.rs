//! Messages as `GET /api/agent-sessions/:id` answers them (CONTRACT 4.1).

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Display, FileReference, JsonMap, MessageId, Source, ThreadId, Todo, ToolCallId, WorkerId,
};

/// One message with all of its parts, the hidden ones included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    pub id: MessageId,
    pub role: Role,
    pub parts: Vec<MessagePart>,
    /// RFC 3339.
    pub created_at: String,
    /// The visible text, joined.
    pub content: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCallInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// Whose message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
}

/// The person behind a user message, as the client names them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// A part of a message, and whether a client shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessagePart {
    #[serde(flatten)]
    pub body: PartBody,
    pub visible: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    #[serde(
        default,
        rename = "providerMetadata",
        skip_serializing_if = "Option::is_none"
    )]
    pub provider_metadata: Option<Value>,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum PartBody {
    Text { content: Arc<str> },
    Reasoning { content: Arc<str> },
    ToolCall { tool_call: ToolCallInfo },
    StepStart,
    Operation { operation: OperationInfo },
    Source { source: Source },
    File { file: FilePart },
    Object { object: ObjectInfo },
    Worker { worker: WorkerInfo },
    Todo { todo: TodoInfo },
}

/// A tool call and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolCallInfo {
    pub id: ToolCallId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub arguments: JsonMap,
    pub status: ToolCallStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<Display>,
}

/// Where a tool call stands. `Pending` in a turn that is over means that nobody answered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ToolCallStatus {
    Pending,
    Streaming,
    Available,
    Error,
}

/// A block that is shown as having happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationInfo {
    pub id: String,
    pub name: String,
    pub operation_type: String,
    /// Whether it is done: otherwise it runs, or was cancelled.
    #[serde(skip)]
    pub done: bool,
}

/// A file in a message; `tool_call_id` names the call that made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilePart {
    #[serde(flatten)]
    pub file: FileReference,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<ToolCallId>,
}

/// A structured value in a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectInfo {
    pub id: String,
    pub type_name: String,
    pub value: Value,
}

/// A worker that ran within a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkerInfo {
    pub worker_id: WorkerId,
    pub worker_slug: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<JsonMap>,
    pub nested_parts: Vec<MessagePart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether it was cut off before it came to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<bool>,
    /// Whether it has ended: an output may be absent then, too.
    #[serde(skip)]
    pub ended: bool,
}

/// The list of what is to be done, as it stood when the message ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TodoInfo {
    pub todos: Vec<Todo>,
}
