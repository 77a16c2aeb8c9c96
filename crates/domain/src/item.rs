//! The unit that is stored: a session's history is an append-only list of items.
//!
//! Two folds read it: `engine::transcript` (what the model is shown) and `engine::messages` (what a
//! client is shown). Nothing else is kept of a conversation.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Display, FileReference, JsonMap, MessageId, Sender, Source, ThreadId, Timestamp, Todo,
    ToolCall, ToolCallId, WorkerId,
};

/// One entry of a session's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The message this entry is a part of.
    pub message: MessageId,
    pub author: Author,
    /// The worker whose conversation it belongs to; absent in the session's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<WorkerId>,
    pub thread: ThreadId,
    pub audience: Audience,
    pub body: Body,
}

/// An item with its place in the session and the moment it was stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredItem {
    /// Grows by one from item to item of a session; the mark that a truncation names.
    pub seq: i64,
    pub created: Timestamp,
    pub item: Arc<Item>,
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Author {
    System,
    User {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sender: Option<Sender>,
    },
    Assistant,
}

/// Who reads an item: most are for both, a directive is for the model alone (`visible: false`), and
/// `uiContent` is for the client alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    Both,
    Model,
    Client,
}

impl Audience {
    #[must_use]
    pub fn reaches_model(self) -> bool {
        self != Self::Client
    }

    #[must_use]
    pub fn reaches_client(self) -> bool {
        self != Self::Model
    }
}

/// What an item holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Body {
    Text {
        text: Arc<str>,
    },
    Reasoning {
        text: Arc<str>,
        /// The vendor's signature or encrypted content, handed back to it unread.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opaque: Option<Arc<Value>>,
    },
    Call(Arc<ToolCall>),
    Result {
        call: ToolCallId,
        outcome: Arc<Outcome>,
    },
    /// The thread begins anew here: a model is shown nothing from before.
    ThreadStart,
    /// Stands for what the model is shown of this thread before the item of the number `upto`, but for
    /// what the user said first. The items of a thread that its model reads are numbered from 0.
    Summary {
        text: Arc<str>,
        upto: u32,
    },
    /// A model step after the first begins here (CONTRACT 7.11).
    Step,
    /// A block that a client shows by name, such as set-resource.
    Operation {
        id: String,
        name: String,
        operation_type: String,
        /// Whether it is done. Of one that takes time a second item of its id says so.
        #[serde(default = "done", skip_serializing_if = "is_done")]
        done: bool,
    },
    Source(Source),
    File {
        file: FileReference,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<ToolCallId>,
    },
    Object {
        id: String,
        type_name: String,
        value: Value,
    },
    /// A worker begins; its own items name it. Where no end follows it was cancelled.
    WorkerStart {
        worker: WorkerId,
        slug: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<Arc<str>>,
        input: JsonMap,
        /// How much of it a client is shown.
        display: Display,
    },
    WorkerEnd {
        worker: WorkerId,
        outcome: Arc<Outcome>,
    },
    /// The whole list, as it is from here on.
    Todo {
        todos: Vec<Todo>,
    },
}

fn done() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields by reference"
)]
fn is_done(done: &bool) -> bool {
    *done
}

/// How a tool call ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Output(Value),
    Error(String),
}
