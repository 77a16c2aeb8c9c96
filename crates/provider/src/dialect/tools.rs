//! What vendors ask of tool names, of the ids of calls and of what a call gave; they differ little.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use domain::{Outcome, ToolCall, ToolCallId, ToolDef};
use serde_json::Value;

use super::{EncodeError, opaque};

/// Refuses a name that does not match `^[a-zA-Z0-9_-]+$`, or has more than `longest` bytes.
pub(super) fn check_name(
    tool: &ToolDef,
    vendor: &'static str,
    longest: usize,
) -> Result<(), EncodeError> {
    let fits = (1..=longest).contains(&tool.name.len());
    if fits && tool.name.chars().all(is_permitted) {
        return Ok(());
    }
    Err(EncodeError::ToolName {
        name: tool.name.clone(),
        vendor,
        longest,
    })
}

/// The arguments of a call as JSON text.
pub(super) fn arguments(call: &ToolCall) -> Result<String, EncodeError> {
    serde_json::to_string(&call.arguments).map_err(|_| EncodeError::Json)
}

/// The text of a result.
pub(super) fn content(outcome: &Outcome) -> Cow<'_, str> {
    match outcome {
        Outcome::Output(Value::String(text)) | Outcome::Error(text) => Cow::Borrowed(text),
        Outcome::Output(value) => Cow::Owned(value.to_string()),
    }
}

/// What a vendor takes for the id of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdForm {
    /// Of any length.
    Any,
    /// Of so many bytes at most.
    UpTo(usize),
    /// Of nine letters and digits.
    Nine,
}

impl IdForm {
    fn takes(self, id: &str) -> bool {
        match self {
            Self::Any => !id.is_empty(),
            Self::UpTo(longest) => (1..=longest).contains(&id.len()),
            Self::Nine => id.len() == 9 && id.chars().all(|c| c.is_ascii_alphanumeric()),
        }
    }

    /// The id of the call at that place, the same in every request of a conversation: caches go by the
    /// text.
    fn made(self, place: usize) -> String {
        match self {
            Self::Any | Self::UpTo(_) => format!("call_{place}"),
            Self::Nine => format!("call{place:05}"),
        }
    }
}

/// Under which id each call of a transcript goes out. No two calls share one.
pub(super) struct CallIds<'a> {
    vendor: &'static str,
    form: IdForm,
    ids: HashMap<&'a ToolCallId, Cow<'a, str>>,
    taken: HashSet<Cow<'a, str>>,
}

impl<'a> CallIds<'a> {
    pub(super) fn new(vendor: &'static str, form: IdForm) -> Self {
        Self {
            vendor,
            form,
            ids: HashMap::new(),
            taken: HashSet::new(),
        }
    }

    /// For the call itself: the vendor's own id, unless another call has it already; else ours.
    pub(super) fn open(&mut self, call: &'a ToolCall) -> Cow<'a, str> {
        let theirs = opaque::read(call.opaque.as_ref(), self.vendor, "id").map(Cow::Borrowed);
        let ours = permitted(call.id.as_str());
        let free = |id: &Cow<'a, str>| self.form.takes(id) && !self.taken.contains(id);
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

    fn made(&self) -> Cow<'a, str> {
        let mut ids = (self.taken.len()..).map(|place| Cow::Owned(self.form.made(place)));
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
