//! Messages of a chat as a client kept them and sends them back to restore its session (CONTRACT 4.3).
//!
//! A copy may be old, cut off in mid-stream or of a newer version: what says nothing of the content
//! (statuses of texts and operations) is not read, and parts of an unknown type are ignored.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::message::FilePart;
use crate::{
    Display, JsonMap, MessageId, Role, Sender, Source, ThreadId, Todo, ToolCallId, WorkerId,
};

/// One message of a client's copy.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopiedMessage {
    pub id: MessageId,
    /// User or assistant.
    pub role: Role,
    pub parts: Vec<CopiedPart>,
    /// RFC 3339.
    #[serde(default)]
    pub created_at: Option<String>,
    #[serde(default)]
    pub sender: Option<Sender>,
}

/// A part of it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum CopiedPart {
    Text {
        text: Arc<str>,
        thread: Option<ThreadId>,
    },
    Reasoning {
        text: Arc<str>,
        thread: Option<ThreadId>,
        provider_metadata: Option<Value>,
    },
    ToolCall(CopiedCall),
    StepStart,
    Operation {
        operation_id: String,
        name: String,
        operation_type: String,
        thread: Option<ThreadId>,
    },
    Source {
        #[serde(flatten)]
        source: Source,
        thread: Option<ThreadId>,
    },
    File {
        #[serde(flatten)]
        file: FilePart,
        thread: Option<ThreadId>,
    },
    Object {
        id: String,
        type_name: String,
        object: Option<Value>,
        /// What had come of the object so far.
        partial: Option<Value>,
        thread: Option<ThreadId>,
    },
    Worker(CopiedWorker),
    Todo {
        todos: Vec<Todo>,
        thread: Option<ThreadId>,
    },
    /// A part of a version that this server does not know.
    #[serde(other)]
    Unknown,
}

/// A tool call of it, as far as the call's display mode showed it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopiedCall {
    pub tool_call_id: ToolCallId,
    pub tool_name: String,
    pub display_name: Option<String>,
    #[serde(default)]
    pub args: JsonMap,
    /// Null is a result, too.
    #[serde(default, deserialize_with = "present")]
    pub result: Option<Value>,
    pub error: Option<String>,
    pub status: CopiedStatus,
    pub display: Option<Display>,
    pub thread: Option<ThreadId>,
    pub provider_metadata: Option<Value>,
}

/// A worker of it, with what its display mode showed of its work.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CopiedWorker {
    pub worker_id: WorkerId,
    pub worker_slug: Arc<str>,
    pub description: Option<Arc<str>>,
    pub input: Option<JsonMap>,
    #[serde(default)]
    pub parts: Vec<CopiedPart>,
    pub output: Option<Value>,
    pub error: Option<String>,
    pub status: CopiedStatus,
}

/// Where a tool call or a worker stood when the copy was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CopiedStatus {
    Pending,
    Running,
    Done,
    Error,
    Cancelled,
}

/// Tells a value that is null from one that is absent.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(json: Value) -> Result<CopiedPart, serde_json::Error> {
        serde_json::from_value(json)
    }

    #[test]
    fn parts_of_an_unknown_type_are_read_as_such() {
        let hologram = json!({ "type": "hologram", "depth": 3, "text": null });
        assert_eq!(part(hologram).ok(), Some(CopiedPart::Unknown));
    }

    #[test]
    fn a_known_part_has_to_be_right() {
        assert!(part(json!({ "type": "text", "text": 1 })).is_err());
        assert!(part(json!({ "text": "no type" })).is_err());
    }

    #[test]
    fn a_result_of_null_is_not_an_absent_one() {
        let result = |extra: Value| {
            let mut call = json!({ "type": "tool-call", "toolCallId": "1", "toolName": "t",
                "args": {}, "status": "done" });
            if let (Some(call), Value::Object(extra)) = (call.as_object_mut(), extra) {
                call.extend(extra);
            }
            match part(call) {
                Ok(CopiedPart::ToolCall(call)) => call.result,
                other => panic!("not a call: {other:?}"),
            }
        };
        assert_eq!(result(json!({})), None);
        assert_eq!(result(json!({ "result": null })), Some(Value::Null));
    }
}
