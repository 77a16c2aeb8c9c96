//! OpenRouter's list of what a model thought, which comes in pieces and goes back whole
//! (<https://openrouter.ai/docs/use-cases/reasoning-tokens>).

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::dialect::DecodeError;

/// The list as far as it came.
#[derive(Default)]
pub(super) struct Details(Vec<Map<String, Value>>);

/// The fields that grow from piece to piece.
const GROWING: [&str; 3] = ["text", "summary", "data"];

impl Details {
    pub(super) fn add(&mut self, pieces: &RawValue) -> Result<(), DecodeError> {
        let pieces = serde_json::from_str::<Option<Vec<Map<String, Value>>>>(pieces.get());
        let pieces = pieces.map_err(|error| DecodeError::Malformed {
            detail: error.to_string(),
        })?;
        for piece in pieces.into_iter().flatten() {
            match self.0.last_mut().filter(|last| is_of(last, &piece)) {
                Some(last) => grow(last, piece),
                None => self.0.push(piece),
            }
        }
        Ok(())
    }

    /// The list as JSON text, where there is one.
    pub(super) fn take(&mut self) -> Option<String> {
        let details = std::mem::take(&mut self.0);
        if details.is_empty() {
            return None;
        }
        serde_json::to_string(&details).ok()
    }
}

fn is_of(last: &Map<String, Value>, piece: &Map<String, Value>) -> bool {
    last.get("type") == piece.get("type") && last.get("index") == piece.get("index")
}

fn grow(last: &mut Map<String, Value>, piece: Map<String, Value>) {
    for (key, value) in piece {
        match (last.get_mut(&key), value) {
            (_, Value::Null) => {}
            (Some(Value::String(before)), Value::String(more)) if GROWING.contains(&&*key) => {
                before.push_str(&more);
            }
            (_, value) => {
                last.insert(key, value);
            }
        }
    }
}
