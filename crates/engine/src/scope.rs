//! The values a handler can read: looking up places, filling prompts, deciding conditions.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{JsonMap, SessionState};
use protocol::program::{Argument, Condition, Piece, Place, Prompt, Setting};
use serde_json::Value;

/// What a missing optional value reads as inside a prompt (CONTRACT D18).
const NONE: &str = "NONE";

/// The values that are in reach of a block.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) trigger_input: &'a JsonMap,
    pub(crate) session: &'a SessionState,
}

impl<'a> Scope<'a> {
    pub(crate) fn get(self, place: &Place) -> Option<&'a Value> {
        let (values, name) = match place {
            Place::TriggerInput(name) => (self.trigger_input, name),
            Place::Variable(name) => (&self.session.variables, name),
            Place::Resource(name) => (&self.session.resources, name),
            Place::Input(name) => (&self.session.input, name),
        };
        values.get(&**name).filter(|value| !value.is_null())
    }

    /// The value of a tool-call argument; null where its place is empty.
    fn argument(self, argument: &Argument) -> Value {
        match argument {
            Argument::Value(place) => self.get(place).cloned().unwrap_or(Value::Null),
            Argument::Literal(value) => value.clone(),
        }
    }

    /// The arguments of a block's call; those whose place is empty are left out.
    pub(crate) fn arguments(self, arguments: &BTreeMap<Arc<str>, Argument>) -> JsonMap {
        arguments
            .iter()
            .map(|(name, argument)| (name.to_string(), self.argument(argument)))
            .filter(|(_, value)| !value.is_null())
            .collect()
    }

    /// A setting's value; `None` where its place is empty.
    ///
    /// # Errors
    /// With the name and the text of a value that `read` does not accept.
    pub(crate) fn setting<T: Clone>(
        self,
        setting: &Setting<T>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, BadSetting> {
        let place = match setting {
            Setting::Fixed(value) => return Ok(Some(value.clone())),
            Setting::From(place) => place,
        };
        let Some(value) = self.get(place) else {
            return Ok(None);
        };
        let text = plain_text(value);
        if text.is_empty() {
            return Ok(None);
        }
        match read(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(BadSetting {
                name: place.name(),
                text: text.into_owned(),
            }),
        }
    }

    /// A setting, unless the place that it comes from says `off`.
    pub(crate) fn unless_off<T>(self, setting: &Setting<T>) -> Option<&Setting<T>> {
        let off = match setting {
            Setting::Fixed(_) => false,
            Setting::From(place) => self.get(place).is_some_and(|value| value == "off"),
        };
        (!off).then_some(setting)
    }

    /// The text of a prompt. White space around it is the file's, not the author's.
    pub(crate) fn render(self, prompt: &Prompt) -> Arc<str> {
        let mut text = String::new();
        self.write_pieces(&prompt.pieces, &mut text);
        text.trim().into()
    }

    fn write_pieces(self, pieces: &[Piece], text: &mut String) {
        for piece in pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Value(place) => match self.get(place) {
                    Some(value) => text.push_str(&prompt_text(value)),
                    None => text.push_str(NONE),
                },
                Piece::If {
                    branches,
                    otherwise,
                } => {
                    let chosen = branches.iter().find(|(condition, _)| self.holds(condition));
                    self.write_pieces(chosen.map_or(otherwise, |(_, pieces)| pieces), text);
                }
            }
        }
    }

    fn holds(self, condition: &Condition) -> bool {
        match condition {
            Condition::Truthy(place) => self.is_truthy(place),
            Condition::Falsy(place) => !self.is_truthy(place),
            Condition::Equals(place, literal) => self.string_form(place) == **literal,
            Condition::Differs(place, literal) => self.string_form(place) != **literal,
        }
    }

    /// Absent, null, false, the empty string, `"false"`, `"0"` and the number 0 are false; all else is
    /// true, empty lists and objects included (CONTRACT 5.4, 7.19).
    fn is_truthy(self, place: &Place) -> bool {
        !matches!(&*self.string_form(place), "" | "false" | "0")
    }

    fn string_form(self, place: &Place) -> Cow<'a, str> {
        self.get(place).map_or(Cow::Borrowed(""), plain_text)
    }
}

/// A dynamic setting's value that is not of its kind.
pub(crate) struct BadSetting {
    pub(crate) name: Arc<str>,
    pub(crate) text: String,
}

/// A value as text for a comparison: strings as they are, the rest as compact JSON.
fn plain_text(value: &Value) -> Cow<'_, str> {
    match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(value.to_string()),
    }
}

/// A value as text for a prompt: strings as they are, the rest as JSON with two spaces (CONTRACT 5.4).
pub(crate) fn prompt_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(_) | Value::Object(_) => Cow::Owned(format!("{value:#}")),
        Value::Null | Value::Bool(_) | Value::Number(_) => Cow::Owned(value.to_string()),
    }
}
