//! Tools: what a model is offered, what it calls, and what comes back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{JsonMap, ToolCallId};

// CONTRACT 3.4.
/// How much of a block or a tool call a client may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Display {
    /// Nothing at all.
    Hidden,
    /// That it happens, under its own name.
    Name,
    /// That it happens, under its description.
    Description,
    /// That it happens, under its title; neither arguments nor result.
    Title,
    /// Everything, as it happens.
    Stream,
}

/// A tool as a model is offered it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolDef {
    pub name: String,
    pub description: String,
    /// JSON Schema of the arguments; always an object schema.
    pub input_schema: Value,
}

// CONTRACT 1.2.
/// A tool that a client declares for its session at a trigger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolSchema {
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub input_schema: JsonMap,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<JsonMap>,
}

/// One call of a tool, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolCall {
    pub id: ToolCallId,
    pub name: String,
    pub arguments: JsonMap,
    pub display: Display,
    /// What a client shows instead of the name: the tool's title or its description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The vendor's own data (its call id, a signature), handed back to it unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opaque: Option<Value>,
}

// CONTRACT 1.2.
/// One result as a client posts it. Only the id is used to find its call; the other
/// hints that clients echo are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolAnswer {
    pub tool_call_id: ToolCallId,
    /// Absent together with `error` means that the handler returned nothing: the result is null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileReference>,
}

/// A file that a client or a tool refers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileReference {
    pub id: String,
    pub media_type: String,
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// What an answer rests on, as a provider or a search tool cites it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(
    tag = "sourceType",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum Source {
    Url {
        id: String,
        url: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
    },
    Document {
        id: String,
        media_type: String,
        title: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
    },
}
