//! Turns → input items.

use domain::{Part, ToolCall, Turn, TurnRole};
use serde_json::Value;

use super::VENDOR;
use super::wire::{Content, Item, Role};
use crate::dialect::opaque;
use crate::dialect::tools::{self, CallIds, IdForm};

/// In bytes; the vendor refuses a longer `call_id`.
const LONGEST_ID: usize = 64;

/// The items of a transcript. `with_thoughts` is whether the model takes reasoning at all.
pub(super) fn items(turns: &[Turn], with_thoughts: bool) -> Vec<Item<'_>> {
    let mut transcript = Transcript {
        with_thoughts,
        ids: CallIds::new(VENDOR, IdForm::UpTo(LONGEST_ID)),
        items: Vec::with_capacity(turns.len()),
    };
    for turn in turns {
        for part in &turn.parts {
            transcript.part(turn.role, part);
        }
        transcript.end_turn();
    }
    transcript.items
}

struct Transcript<'a> {
    with_thoughts: bool,
    ids: CallIds<'a>,
    items: Vec<Item<'a>>,
}

impl<'a> Transcript<'a> {
    fn part(&mut self, role: TurnRole, part: &'a Part) {
        let item = match part {
            Part::Text(text) => return self.text(role, text),
            Part::Reasoning { text, opaque } => match thought(text, opaque.as_deref()) {
                Some(thought) if self.with_thoughts => thought,
                Some(_) | None => return,
            },
            Part::Call(call) => self.call(call),
            Part::Result { call, outcome } => Item::FunctionCallOutput {
                call_id: self.ids.of(call),
                output: tools::content(outcome),
            },
        };
        self.items.push(item);
    }

    /// Text that nothing stands between is one message, whatever turns it is of.
    fn text(&mut self, turn: TurnRole, text: &'a str) {
        if text.trim().is_empty() {
            return;
        }
        let (side, text) = match turn {
            TurnRole::User => (Role::User, Content::Input { text }),
            TurnRole::Assistant => (Role::Assistant, Content::Output { text }),
        };
        match self.items.last_mut() {
            Some(Item::Message { role, content }) if *role == side => content.push(text),
            Some(_) | None => self.items.push(Item::Message {
                role: side,
                content: vec![text],
            }),
        }
    }

    fn call(&mut self, call: &'a ToolCall) -> Item<'a> {
        Item::FunctionCall {
            call_id: self.ids.open(call),
            name: &call.name,
            arguments: Value::Object(call.arguments.clone()).to_string(),
        }
    }

    /// The vendor refuses reasoning that nothing of the same answer follows, as where the answer was cut
    /// off behind it.
    fn end_turn(&mut self) {
        while self
            .items
            .pop_if(|item| matches!(item, Item::Reasoning { .. }))
            .is_some()
        {}
    }
}

/// Reasoning that OpenAI gave; any other has no place in its transcript.
fn thought<'a>(text: &'a str, opaque: Option<&'a Value>) -> Option<Item<'a>> {
    let summary = Some(Content::Summary { text });
    Some(Item::Reasoning {
        id: opaque::read(opaque, VENDOR, "id")?,
        summary: summary.filter(|_| !text.is_empty()).into_iter().collect(),
        encrypted_content: opaque::read(opaque, VENDOR, "encrypted")?,
    })
}
