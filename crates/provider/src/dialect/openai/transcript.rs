//! Turns → input items.

use std::borrow::Cow;

use domain::{Media, MediaContent, Part, ToolCall, Turn, TurnRole};
use serde_json::Value;

use super::VENDOR;
use super::wire::{Content, Item, Role};
use crate::dialect::media::{self, Kind};
use crate::dialect::tools::{self, CallIds, IdForm};
use crate::dialect::{EncodeError, opaque};

/// In bytes; the vendor refuses a longer `call_id`.
const LONGEST_ID: usize = 64;

/// The items of a transcript. `with_thoughts` is whether the model takes reasoning at all.
pub(super) fn items(turns: &[Turn], with_thoughts: bool) -> Result<Vec<Item<'_>>, EncodeError> {
    let mut transcript = Transcript {
        with_thoughts,
        ids: CallIds::new(VENDOR, IdForm::UpTo(LONGEST_ID)),
        items: Vec::with_capacity(turns.len()),
    };
    for turn in turns {
        for part in &turn.parts {
            transcript.part(turn.role, part)?;
        }
        transcript.end_turn();
    }
    Ok(transcript.items)
}

struct Transcript<'a> {
    with_thoughts: bool,
    ids: CallIds<'a>,
    items: Vec<Item<'a>>,
}

impl<'a> Transcript<'a> {
    fn part(&mut self, role: TurnRole, part: &'a Part) -> Result<(), EncodeError> {
        let item = match part {
            Part::Text(text) => {
                self.text(role, text);
                return Ok(());
            }
            Part::Media(media) => {
                self.say(Role::User, shown(media)?);
                return Ok(());
            }
            Part::Reasoning { text, opaque } => match thought(text, opaque.as_deref()) {
                Some(thought) if self.with_thoughts => thought,
                Some(_) | None => return Ok(()),
            },
            Part::Call(call) => self.call(call)?,
            Part::Result { call, outcome } => Item::FunctionCallOutput {
                call_id: self.ids.of(call),
                output: tools::content(outcome),
            },
        };
        self.items.push(item);
        Ok(())
    }

    fn text(&mut self, turn: TurnRole, text: &'a str) {
        if text.trim().is_empty() {
            return;
        }
        let (side, text) = match turn {
            TurnRole::User => (
                Role::User,
                Content::Input {
                    text: Cow::Borrowed(text),
                },
            ),
            TurnRole::Assistant => (Role::Assistant, Content::Output { text }),
        };
        self.say(side, text);
    }

    /// What nothing stands between is one message, whatever turns it is of.
    fn say(&mut self, side: Role, said: Content<'a>) {
        match self.items.last_mut() {
            Some(Item::Message { role, content }) if *role == side => content.push(said),
            Some(_) | None => self.items.push(Item::Message {
                role: side,
                content: vec![said],
            }),
        }
    }

    fn call(&mut self, call: &'a ToolCall) -> Result<Item<'a>, EncodeError> {
        Ok(Item::FunctionCall {
            call_id: self.ids.open(call),
            name: &call.name,
            arguments: tools::arguments(call)?,
        })
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

fn shown(media: &Media) -> Result<Content<'_>, EncodeError> {
    let text = |text: String| Content::Input {
        text: Cow::Owned(text),
    };
    Ok(match Kind::of(media) {
        Kind::Image => Content::Image {
            image_url: media::url(media),
            detail: "auto",
        },
        Kind::Pdf => match &media.content {
            MediaContent::Url(url) => Content::File {
                filename: None,
                file_data: None,
                file_url: Some(url),
            },
            MediaContent::Bytes(_) => Content::File {
                filename: Some(media::name(media)),
                file_data: Some(media::url(media)),
                file_url: None,
            },
        },
        Kind::Text => text(media::quoted(media, media::text(media, VENDOR)?)),
        Kind::Audio | Kind::Video | Kind::Other => text(media::unreadable(media)),
    })
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
