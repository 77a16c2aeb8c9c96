//! What the decoders of all dialects do alike.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

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
    vendor: &'static str,
    data: &'a str,
    known: &[&str],
) -> Result<Option<E>, DecodeError> {
    let error = match serde_json::from_str::<E>(data) {
        Ok(event) => return Ok(Some(event)),
        Err(error) => error,
    };
    match serde_json::from_str::<EventKind<'_>>(data) {
        Ok(event) if !known.contains(&&*event.kind) => {
            ignored(vendor, &event.kind);
            Ok(None)
        }
        Ok(_) | Err(_) => Err(DecodeError::Malformed {
            detail: error.to_string(),
        }),
    }
}

static UNKNOWN: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());

/// Notes something of a stream that means nothing to us: an event, a part or a piece of one.
pub(super) fn ignored(vendor: &'static str, what: &str) {
    tracing::debug!(
        provider.name = vendor,
        provider.event = what,
        "unknown event of the stream ignored"
    );
    let mut unknown = UNKNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let count = unknown.entry(vendor).or_default();
    *count = count.saturating_add(1);
}

/// How many events of their streams, or parts of them, were ignored because nobody knows them.
///
/// By the names that vendors have in opaque data, since the process began. A vendor with a new kind of event
/// may have more to say than is passed on.
#[must_use]
pub fn unknown_events() -> BTreeMap<&'static str, u64> {
    UNKNOWN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Pushes text, where there is any.
pub(super) fn push(delta: fn(String) -> Delta, text: Cow<'_, str>, deltas: &mut Vec<Delta>) {
    if !text.is_empty() {
        deltas.push(delta(text.into_owned()));
    }
}
