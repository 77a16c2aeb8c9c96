//! Messages as a chat shows them: `?format=ui` (CONTRACT 4.1, 4.2).

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::message::FilePart;
use crate::{
    Display, JsonMap, MessageId, Role, Sender, Source, ThreadId, Todo, ToolCallId, WorkerId,
};

/// One message without anything that a client must not see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UiMessage {
    pub id: MessageId,
    /// User or assistant; system messages are never shown.
    pub role: Role,
    pub parts: Vec<UiPart>,
    pub status: UiStatus,
    /// RFC 3339.
    pub created_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// Whether more may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UiStatus {
    Streaming,
    Done,
}

/// A part as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum UiPart {
    Text {
        text: Arc<str>,
        status: UiStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
    },
    Reasoning {
        text: Arc<str>,
        status: UiStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_metadata: Option<Value>,
    },
    ToolCall {
        tool_call_id: ToolCallId,
        tool_name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_name: Option<String>,
        args: JsonMap,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        status: UiToolStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display: Option<Display>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_metadata: Option<Value>,
    },
    StepStart,
    Operation {
        operation_id: String,
        name: String,
        operation_type: String,
        status: UiOperationStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
    },
    Source {
        #[serde(flatten)]
        source: Source,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
    },
    File {
        #[serde(flatten)]
        file: FilePart,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
    },
    Object {
        id: String,
        type_name: String,
        object: Value,
        status: UiStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
    },
    Worker {
        worker_id: WorkerId,
        worker_slug: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Arc<str>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<JsonMap>,
        parts: Vec<UiPart>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        status: UiWorkerStatus,
    },
    Todo {
        todos: Vec<Todo>,
        status: UiStatus,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
    },
}

/// Where a tool call stands, as a chat shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UiToolStatus {
    Pending,
    Running,
    Done,
    Error,
    Cancelled,
}

/// Where an operation stands, as a chat shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UiOperationStatus {
    Running,
    Done,
    Cancelled,
}

/// Where a worker stands, as a chat shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UiWorkerStatus {
    Running,
    Done,
    Error,
    Cancelled,
}
