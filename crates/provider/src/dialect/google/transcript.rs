//! Turns → contents.

use std::borrow::Cow;
use std::collections::HashMap;

use domain::{Media, MediaContent, Outcome, Part as Piece, ToolCall, ToolCallId, Turn, TurnRole};
use serde_json::Value;

use super::VENDOR;
use super::wire::{Content, FunctionResponse, Part, PartBody, Role};
use crate::dialect::media::{self, Kind};
use crate::dialect::{EncodeError, opaque};

/// Stands for the signature of a call that another model made
/// (<https://ai.google.dev/gemini-api/docs/thought-signatures>).
const UNSIGNED: &str = "skip_thought_signature_validator";

/// The contents of a transcript. `signs_calls` is whether the model refuses calls without a signature.
pub(super) fn contents(turns: &[Turn], signs_calls: bool) -> Result<Vec<Content<'_>>, EncodeError> {
    let mut contents: Vec<Content<'_>> = Vec::with_capacity(turns.len());
    let mut ids = Ids::default();
    for turn in turns {
        let role = match turn.role {
            TurnRole::User => Role::User,
            TurnRole::Assistant => Role::Model,
        };
        let mut parts = Vec::with_capacity(turn.parts.len());
        for piece in &turn.parts {
            parts.extend(part(piece, &mut ids)?);
        }
        if signs_calls {
            sign_first_call(&mut parts);
        }
        match contents.last_mut() {
            _ if parts.is_empty() => {}
            // The results of calls stand alone behind them.
            Some(last) if last.role == role => last.parts.extend(parts),
            Some(_) | None => contents.push(Content { role, parts }),
        }
    }
    Ok(contents)
}

pub(super) fn text<'a>(text: impl Into<Cow<'a, str>>) -> Part<'a> {
    plain(PartBody::Text(text.into()))
}

fn plain(body: PartBody<'_>) -> Part<'_> {
    Part {
        body,
        thought: false,
        thought_signature: None,
    }
}

/// Of calls in parallel the first alone bears a signature.
fn sign_first_call(parts: &mut [Part<'_>]) {
    let is_call = |part: &&mut Part<'_>| matches!(part.body, PartBody::FunctionCall { .. });
    if let Some(call) = parts.iter_mut().find(is_call) {
        call.thought_signature.get_or_insert(UNSIGNED);
    }
}

fn part<'a>(piece: &'a Piece, ids: &mut Ids<'a>) -> Result<Option<Part<'a>>, EncodeError> {
    Ok(match piece {
        Piece::Text(said) if said.trim().is_empty() => None,
        Piece::Text(said) => Some(text(&**said)),
        Piece::Media(media) => Some(shown(media)?),
        Piece::Reasoning { text, opaque } => thought(text, opaque.as_deref()),
        Piece::Call(call) => Some(Part {
            thought_signature: opaque::read(call.opaque.as_ref(), VENDOR, "signature"),
            ..plain(PartBody::FunctionCall {
                id: ids.of(call),
                name: &call.name,
                args: &call.arguments,
            })
        }),
        Piece::Result { call, outcome } => Some(plain(PartBody::FunctionResponse {
            id: ids.of(call),
            name: &call.name,
            response: match &**outcome {
                Outcome::Output(value) => FunctionResponse::Output(value),
                Outcome::Error(text) => FunctionResponse::Error(text),
            },
        })),
    })
}

fn shown(media: &Media) -> Result<Part<'_>, EncodeError> {
    let mime_type = &*media.media_type;
    Ok(match Kind::of(media) {
        Kind::Text => text(media::quoted(media, media::text(media, VENDOR)?)),
        Kind::Other => text(media::unreadable(media)),
        Kind::Image | Kind::Pdf | Kind::Audio | Kind::Video => plain(match &media.content {
            MediaContent::Url(file_uri) => PartBody::FileData {
                mime_type,
                file_uri,
            },
            MediaContent::Bytes(bytes) => PartBody::InlineData {
                mime_type,
                data: media::base64(bytes),
            },
        }),
    })
}

/// Which call bears which of the vendor's own ids. The vendor leaves them out as often as not; calls are
/// then told by their order.
#[derive(Default)]
struct Ids<'a>(HashMap<&'a str, &'a ToolCallId>);

impl<'a> Ids<'a> {
    /// None for a call whose id another one has already.
    fn of(&mut self, call: &'a ToolCall) -> Option<&'a str> {
        let id = opaque::read(call.opaque.as_ref(), VENDOR, "id")?;
        let owner = self.0.entry(id).or_insert(&call.id);
        (**owner == call.id).then_some(id)
    }
}

/// A signature goes back in a part as it came: with a thought, or alone behind a text.
fn thought<'a>(text: &'a str, opaque: Option<&'a Value>) -> Option<Part<'a>> {
    let signature = opaque::read(opaque, VENDOR, "signature")?;
    Some(Part {
        body: PartBody::Text(Cow::Borrowed(text)),
        thought: !text.is_empty(),
        thought_signature: Some(signature),
    })
}
