//! What the decoders of all dialects do alike.

use std::borrow::Cow;

use domain::Delta;
use serde::Deserialize;

use super::DecodeError;

/// The least that every event has.
#[derive(Deserialize)]
struct EventKind<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

/// The event in that text. An event of a kind that is new to us may have any shape and is none; one of
/// the `known` kinds may not.
pub(super) fn parse<'a, E: Deserialize<'a>>(
    data: &'a str,
    known: &[&str],
) -> Result<Option<E>, DecodeError> {
    let error = match serde_json::from_str::<E>(data) {
        Ok(event) => return Ok(Some(event)),
        Err(error) => error,
    };
    match serde_json::from_str::<EventKind<'_>>(data) {
        Ok(event) if !known.contains(&&*event.kind) => {
            ignored(&event.kind);
            Ok(None)
        }
        Ok(_) | Err(_) => Err(DecodeError::Malformed {
            detail: error.to_string(),
        }),
    }
}

/// Notes an event that means nothing to us.
pub(super) fn ignored(kind: &str) {
    tracing::debug!(provider.event = kind, "unknown event of the stream ignored");
}

/// Pushes text, where there is any.
pub(super) fn push(delta: fn(String) -> Delta, text: Cow<'_, str>, deltas: &mut Vec<Delta>) {
    if !text.is_empty() {
        deltas.push(delta(text.into_owned()));
    }
}
