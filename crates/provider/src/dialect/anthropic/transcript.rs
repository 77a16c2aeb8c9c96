//! Turns → messages.

use std::borrow::Cow;

use domain::{Media, MediaContent, Outcome, Part, Turn, TurnRole};
use serde_json::Value;

use super::VENDOR;
use super::wire::{Block, BlockBody, Message, Role, Source};
use crate::dialect::media::{self, Kind};
use crate::dialect::tools::{self, CallIds, IdForm};
use crate::dialect::{EncodeError, opaque};

/// Makes the messages of one request.
pub(super) struct Transcript<'a> {
    with_thoughts: bool,
    ids: CallIds<'a>,
}

impl<'a> Transcript<'a> {
    /// `with_thoughts` is whether the model takes thoughts at all.
    pub(super) fn new(with_thoughts: bool) -> Self {
        Self {
            with_thoughts,
            // No length of an id is documented.
            ids: CallIds::new(VENDOR, IdForm::Any),
        }
    }

    /// A turn that nothing is left of is left out, and its neighbours become one.
    pub(super) fn messages(mut self, turns: &'a [Turn]) -> Result<Vec<Message<'a>>, EncodeError> {
        let mut messages: Vec<Message<'a>> = Vec::with_capacity(turns.len());
        for turn in turns {
            let role = match turn.role {
                TurnRole::User => Role::User,
                TurnRole::Assistant => Role::Assistant,
            };
            let mut content = Vec::with_capacity(turn.parts.len());
            for part in &turn.parts {
                content.extend(self.part(part)?.map(block));
            }
            match messages.last_mut() {
                _ if content.is_empty() => {}
                Some(last) if last.role == role => last.content.extend(content),
                Some(_) | None => messages.push(Message { role, content }),
            }
        }
        Ok(messages)
    }

    fn part(&mut self, part: &'a Part) -> Result<Option<BlockBody<'a>>, EncodeError> {
        Ok(match part {
            // Text without anything to read is refused.
            Part::Text(text) if text.trim().is_empty() => None,
            Part::Text(text) => Some(BlockBody::Text {
                text: Cow::Borrowed(text),
            }),
            Part::Reasoning { .. } if !self.with_thoughts => None,
            Part::Reasoning { text, opaque } => thought(text, opaque.as_deref()),
            Part::Call(call) => Some(BlockBody::ToolUse {
                id: self.ids.open(call),
                name: &call.name,
                input: &call.arguments,
            }),
            Part::Result { call, outcome } => Some(BlockBody::ToolResult {
                tool_use_id: self.ids.of(call),
                content: tools::content(outcome),
                is_error: matches!(**outcome, Outcome::Error(_)),
            }),
            Part::Media(media) => Some(shown(media)?),
        })
    }
}

fn block(body: BlockBody<'_>) -> Block<'_> {
    Block {
        body,
        cache_control: None,
    }
}

fn shown(media: &Media) -> Result<BlockBody<'_>, EncodeError> {
    let source = match &media.content {
        MediaContent::Url(url) => Source::Url { url },
        MediaContent::Bytes(bytes) => Source::Base64 {
            media_type: &media.media_type,
            data: media::base64(bytes),
        },
    };
    let title = media.filename.as_deref();
    Ok(match Kind::of(media) {
        Kind::Image => BlockBody::Image { source },
        Kind::Pdf => BlockBody::Document { source, title },
        Kind::Text => BlockBody::Document {
            source: Source::Text {
                media_type: "text/plain",
                data: media::text(media, VENDOR)?,
            },
            title,
        },
        Kind::Audio | Kind::Video | Kind::Other => BlockBody::Text {
            text: Cow::Owned(media::unreadable(media)),
        },
    })
}

/// Reasoning that Anthropic gave; any other has no place in its transcript.
fn thought<'a>(text: &'a str, opaque: Option<&'a Value>) -> Option<BlockBody<'a>> {
    if let Some(signature) = opaque::read(opaque, VENDOR, "signature") {
        return Some(BlockBody::Thinking {
            thinking: text,
            signature,
        });
    }
    opaque::read(opaque, VENDOR, "redacted").map(|data| BlockBody::RedactedThinking { data })
}
