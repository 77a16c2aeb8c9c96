//! Results of tools that are longer than a model shall be shown (`maxToolOutputTokens`). What is stored
//! stays whole.

use std::borrow::Cow;
use std::sync::Arc;

use domain::Outcome;
use serde_json::Value;

use crate::tokens;

/// The result as the model is shown it: its ends, and a word on what is left out between them.
pub(crate) fn bounded(outcome: &Arc<Outcome>, max_tokens: u32) -> Arc<Outcome> {
    let text = text(outcome);
    let bytes = tokens::bytes(max_tokens);
    if text.len() <= bytes {
        return Arc::clone(outcome);
    }
    like(outcome, preview(&text, bytes))
}

/// Another text in the place of a result; a failure stays one.
pub(crate) fn like(outcome: &Outcome, text: String) -> Arc<Outcome> {
    Arc::new(match outcome {
        Outcome::Output(_) => Outcome::Output(text.into()),
        Outcome::Error(_) => Outcome::Error(text),
    })
}

/// The head and the tail of a text that is longer than `bytes`, which they have together at the most.
pub(crate) fn ends(text: &str, bytes: usize) -> (&str, &str) {
    let half = bytes / 2;
    let head = text.get(..text.floor_char_boundary(half));
    let tail = text.get(text.ceil_char_boundary(text.len().saturating_sub(half))..);
    (head.unwrap_or_default(), tail.unwrap_or_default())
}

/// How many characters a result has that is longer than that.
pub(crate) fn too_long(outcome: &Outcome, max_tokens: u32) -> Option<usize> {
    let text = text(outcome);
    (text.len() > tokens::bytes(max_tokens)).then(|| text.chars().count())
}

pub(crate) fn text(outcome: &Outcome) -> Cow<'_, str> {
    match outcome {
        Outcome::Output(Value::String(text)) | Outcome::Error(text) => Cow::Borrowed(text),
        Outcome::Output(value) => Cow::Owned(value.to_string()),
    }
}

fn preview(text: &str, bytes: usize) -> String {
    let (head, tail) = ends(text, bytes);
    let left_out = text.len() - head.len() - tail.len();
    format!(
        "{head}\n\n[{left_out} of {} bytes are left out here. Ask for less, for a part of it, or search \
         in it to see them.]\n\n{tail}",
        text.len()
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(outcome: Outcome, max_tokens: u32) -> Outcome {
        Outcome::clone(&bounded(&Arc::new(outcome), max_tokens))
    }

    #[test]
    fn what_is_short_is_shown_as_it_is() {
        let outcome = Outcome::Output(json!({ "a": [1, 2] }));
        assert_eq!(shown(outcome.clone(), 100), outcome);
        assert_eq!(too_long(&outcome, 100), None);
    }

    #[test]
    fn of_what_is_long_both_ends_are_shown() {
        let text = format!("begin{}end", "ü".repeat(5_000));
        let Outcome::Output(Value::String(shown)) = shown(Outcome::Output(json!(text)), 10) else {
            panic!("not a text");
        };
        assert!(
            shown.starts_with("begin") && shown.ends_with("end"),
            "{shown}"
        );
        assert!(
            shown.contains("of 10008 bytes") && shown.len() < 300,
            "{shown}"
        );
        assert_eq!(too_long(&Outcome::Output(json!(text)), 10), Some(5_008));
    }

    #[test]
    fn an_error_stays_an_error() {
        let long = Outcome::Error("x".repeat(500));
        assert!(matches!(shown(long, 10), Outcome::Error(_)));
    }
}
