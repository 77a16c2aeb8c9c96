//! What vendors ask of tool names, of the ids of calls and of what a call gave; they differ little.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use domain::{Outcome, ToolCall, ToolCallId, ToolDef};
use serde_json::Value;

use super::{EncodeError, opaque};

/// In bytes, of a tool's name.
const MAX_NAME: usize = 128;

/// Refuses a name that does not match `^[a-zA-Z0-9_-]{1,128}$`.
pub(super) fn check_name(tool: &ToolDef, vendor: &'static str) -> Result<(), EncodeError> {
    if tool.name.is_empty() || tool.name.len() > MAX_NAME || !tool.name.chars().all(is_permitted) {
        return Err(EncodeError::ToolName {
            name: tool.name.clone(),
            vendor,
            rule: "1 to 128 of the letters a-z, A-Z, digits, `_` and `-`",
        });
    }
    Ok(())
}

/// The text of a result.
pub(super) fn content(outcome: &Outcome) -> Cow<'_, str> {
    match outcome {
        Outcome::Output(Value::String(text)) | Outcome::Error(text) => Cow::Borrowed(text),
        Outcome::Output(value) => Cow::Owned(value.to_string()),
    }
}

/// Under which id each call of a transcript goes out. No two calls share one.
pub(super) struct CallIds<'a> {
    vendor: &'static str,
    /// In bytes, of an id.
    longest: usize,
    ids: HashMap<&'a ToolCallId, Cow<'a, str>>,
    taken: HashSet<Cow<'a, str>>,
}

impl<'a> CallIds<'a> {
    pub(super) fn new(vendor: &'static str, longest: usize) -> Self {
        Self {
            vendor,
            longest,
            ids: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    /// For the call itself: the vendor's own id, unless another call has it already; else ours.
    pub(super) fn open(&mut self, call: &'a ToolCall) -> Cow<'a, str> {
        let theirs = opaque::read(call.opaque.as_ref(), self.vendor, "id").map(Cow::Borrowed);
        let ours = permitted(call.id.as_str());
        let free =
            |id: &Cow<'a, str>| (1..=self.longest).contains(&id.len()) && !self.taken.contains(id);
        let id = theirs
            .filter(free)
            .or_else(|| Some(ours).filter(free))
            .unwrap_or_else(|| self.made());
        self.taken.insert(id.clone());
        self.ids.insert(&call.id, id.clone());
        id
    }

    /// For the result of a call.
    pub(super) fn of(&self, call: &'a ToolCall) -> Cow<'a, str> {
        let known = self.ids.get(&call.id).cloned();
        known.unwrap_or_else(|| permitted(call.id.as_str()))
    }

    /// An id by the call's place, the same in every request of a conversation: caches go by the text.
    fn made(&self) -> Cow<'a, str> {
        let mut ids = (self.taken.len()..).map(|place| Cow::Owned(format!("call_{place}")));
        ids.find(|id| !self.taken.contains(id)).unwrap_or_default()
    }
}

/// The id with what the pattern `^[a-zA-Z0-9_-]+$` refuses replaced.
fn permitted(id: &str) -> Cow<'_, str> {
    if id.chars().all(is_permitted) {
        return Cow::Borrowed(id);
    }
    Cow::Owned(id.replace(|c| !is_permitted(c), "_"))
}

fn is_permitted(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests;
