//! A model step as it grows: what has come so far, and how it becomes items.
//!
//! Text grows in place and is moved into an item at the end of the step.

use std::sync::Arc;

use domain::{
    Audience, Author, Body, Item, MessageId, ModelRef, Served, Source, ThreadId, ToolCall, Usage,
    WorkerId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calls::Called;
use crate::loop_guard::LoopGuard;
use crate::object::ObjectDraft;

/// The parts of a step, in the order in which they began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Draft {
    pub(crate) model: ModelRef,
    #[serde(default)]
    pub(crate) served: Served,
    pub(crate) parts: Vec<DraftPart>,
    pub(crate) usage: Usage,
    /// Whether the message has steps before this one: then its items begin with a mark.
    pub(crate) later: bool,
    /// Bytes of text and reasoning so far.
    pub(crate) text_bytes: usize,
    /// How much was asked, where a refusal leads to a smaller request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asked: Option<Asked>,
    /// Set where the answer has to be an object.
    pub(crate) object: Option<ObjectDraft>,
    /// Set where the answer is watched for repeating itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) guard: Option<LoopGuard>,
}

/// The size of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) bytes: usize,
    pub(crate) images: usize,
}

/// One part. Only the last text or reasoning can be open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum DraftPart {
    Text {
        id: Arc<str>,
        text: String,
        open: bool,
        /// Whether it may be the object, so that it is no plain text for the client.
        held: bool,
    },
    Reasoning {
        id: Arc<str>,
        text: String,
        opaque: Option<Arc<Value>>,
        open: bool,
    },
    Call(DraftCall),
    Source(Source),
    /// The finished answer of a step that has to give one.
    Object {
        id: Arc<str>,
        type_name: Arc<str>,
        value: Value,
    },
}

/// A tool call whose arguments are arriving.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DraftCall {
    pub(crate) slot: u32,
    /// The call; it has its arguments when they have ended.
    pub(crate) call: Arc<ToolCall>,
    /// The text of the arguments so far.
    pub(crate) arguments: String,
    pub(crate) ended: bool,
    /// What keeps the call from being run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flaw: Option<String>,
    pub(crate) card: Card,
}

/// How a client sees a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Card {
    Hidden,
    Tool,
    /// As the part of a worker, which shows its input as the model writes it.
    Worker(WorkerId),
}

impl DraftCall {
    /// The call as it is run.
    pub(crate) fn called(&self) -> Called {
        Called {
            call: Arc::clone(&self.call),
            flaw: self.flaw.clone().map_or(Ok(()), Err),
            card: self.card.clone(),
        }
    }

    /// Reads the arguments. False where that was done before.
    pub(crate) fn end(&mut self) -> bool {
        if std::mem::replace(&mut self.ended, true) {
            return false;
        }
        let text = std::mem::take(&mut self.arguments);
        let text = text.trim();
        if !text.is_empty() {
            match serde_json::from_str(text) {
                Ok(arguments) => Arc::make_mut(&mut self.call).arguments = arguments,
                Err(error) => {
                    self.flaw = Some(format!("The arguments are not a JSON object: {error}."));
                }
            }
        }
        true
    }
}

/// Where a draft's items belong.
pub(crate) struct Home {
    pub(crate) message: MessageId,
    pub(crate) thread: ThreadId,
    pub(crate) audience: Audience,
    pub(crate) worker: Option<WorkerId>,
}

impl Home {
    pub(crate) fn item(&self, body: Body) -> Arc<Item> {
        Arc::new(Item {
            message: self.message.clone(),
            author: Author::Assistant,
            worker: self.worker.clone(),
            thread: self.thread.clone(),
            audience: self.audience,
            body,
        })
    }
}

impl Draft {
    pub(crate) fn new(model: ModelRef, served: Served, later: bool) -> Self {
        Self {
            model,
            served,
            parts: Vec::new(),
            usage: Usage::default(),
            later,
            text_bytes: 0,
            asked: None,
            object: None,
            guard: None,
        }
    }

    /// Cuts off what the newest part repeats without end. False where it does not.
    pub(crate) fn cut_repetition(&mut self) -> bool {
        let Some(guard) = &mut self.guard else {
            return false;
        };
        let text = match self.parts.last_mut() {
            Some(DraftPart::Text { text, .. } | DraftPart::Reasoning { text, .. }) => text,
            Some(DraftPart::Call(call)) => &mut call.arguments,
            Some(DraftPart::Source(_) | DraftPart::Object { .. }) | None => return false,
        };
        let cut = guard.look(text);
        if let Some(cut) = cut {
            text.truncate(cut);
        }
        cut.is_some()
    }

    pub(crate) fn call_mut(&mut self, slot: u32) -> Option<&mut DraftCall> {
        self.calls_mut().find(|call| call.slot == slot)
    }

    pub(crate) fn calls_mut(&mut self) -> impl Iterator<Item = &mut DraftCall> {
        self.parts.iter_mut().filter_map(|part| match part {
            DraftPart::Call(call) => Some(call),
            DraftPart::Text { .. }
            | DraftPart::Reasoning { .. }
            | DraftPart::Source(_)
            | DraftPart::Object { .. } => None,
        })
    }

    pub(crate) fn calls(&self) -> impl Iterator<Item = &DraftCall> {
        self.parts.iter().filter_map(|part| match part {
            DraftPart::Call(call) => Some(call),
            DraftPart::Text { .. }
            | DraftPart::Reasoning { .. }
            | DraftPart::Source(_)
            | DraftPart::Object { .. } => None,
        })
    }

    /// All text of the step.
    pub(crate) fn text(&self) -> Arc<str> {
        self.joined(|part| match part {
            DraftPart::Text { text, .. } => Some(text),
            DraftPart::Reasoning { .. }
            | DraftPart::Call(_)
            | DraftPart::Source(_)
            | DraftPart::Object { .. } => None,
        })
    }

    /// All reasoning of the step.
    pub(crate) fn reasoning(&self) -> Arc<str> {
        self.joined(|part| match part {
            DraftPart::Reasoning { text, .. } => Some(text),
            DraftPart::Text { .. }
            | DraftPart::Call(_)
            | DraftPart::Source(_)
            | DraftPart::Object { .. } => None,
        })
    }

    fn joined<'a>(&'a self, pick: impl Fn(&'a DraftPart) -> Option<&'a String>) -> Arc<str> {
        self.parts
            .iter()
            .filter_map(pick)
            .map(String::as_str)
            .collect::<String>()
            .into()
    }

    /// Puts the object in the place of the text that it was read from.
    pub(crate) fn settle_object(&mut self, id: &Arc<str>, type_name: &Arc<str>, value: &Value) {
        let held = |part: &DraftPart| matches!(part, DraftPart::Text { held: true, .. });
        if let Some(place) = self.parts.iter_mut().find(|part| held(part)) {
            *place = DraftPart::Object {
                id: Arc::clone(id),
                type_name: Arc::clone(type_name),
                value: value.clone(),
            };
        }
    }

    /// The items of the step. Empty parts are left out, and so is what was cut off: calls without all
    /// of their arguments, and the text of an object.
    pub(crate) fn into_items(self, home: &Home) -> Vec<Arc<Item>> {
        let later = self.later;
        let mut bodies = self
            .parts
            .into_iter()
            .filter_map(|part| match part {
                DraftPart::Text { text, held, .. } if held || text.is_empty() => None,
                DraftPart::Text { text, .. } => Some(Body::Text { text: text.into() }),
                DraftPart::Reasoning {
                    text, opaque: None, ..
                } if text.is_empty() => None,
                DraftPart::Reasoning { text, opaque, .. } => Some(Body::Reasoning {
                    text: text.into(),
                    opaque,
                }),
                DraftPart::Call(call) if !call.ended => None,
                DraftPart::Call(call) => Some(Body::Call(call.call)),
                DraftPart::Source(source) => Some(Body::Source(source)),
                DraftPart::Object {
                    id,
                    type_name,
                    value,
                } => Some(Body::Object {
                    id: id.to_string(),
                    type_name: type_name.to_string(),
                    value,
                }),
            })
            .peekable();
        let mark = (later && bodies.peek().is_some()).then_some(Body::Step);
        mark.into_iter()
            .chain(bodies)
            .map(|body| home.item(body))
            .collect()
    }
}
