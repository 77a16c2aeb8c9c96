//! What the demo model says.

use domain::{ModelRef, Outcome, ToolDef};
use serde_json::Value;

use super::Call;

/// A tool's name and what came of calling it.
pub(super) type ToolOutcome<'a> = (&'a str, &'a Outcome);

/// Longer texts are cut where they are quoted, in characters.
const QUOTE: usize = 300;

/// An introduction names no more tools than these.
const SHOWN_TOOLS: usize = 5;

pub(super) fn echo(said: &str) -> String {
    if said.is_empty() {
        "(nothing)".to_owned()
    } else {
        said.to_owned()
    }
}

pub(super) fn reasoning(said: &str, calls: &[&str], results: usize) -> String {
    let heard = format!("The user says: {}.", quote(said));
    match (calls, results) {
        ([], 0) => format!("{heard} No tool is asked for, so I answer in words."),
        ([], _) => format!("{heard} The results are here, so I tell what they say."),
        (calls, _) => format!("{heard} That calls for {}.", calls.join(" and ")),
    }
}

pub(super) fn announce(calls: &[Call]) -> String {
    let names: Vec<String> = calls
        .iter()
        .map(|call| format!("`{}`", call.name))
        .collect();
    format!("Let me use {} for that.", names.join(" and "))
}

pub(super) fn results(results: &[ToolOutcome<'_>]) -> String {
    let lines: Vec<String> = results
        .iter()
        .map(|(name, outcome)| result(name, outcome))
        .collect();
    lines.join("\n\n")
}

fn result(name: &str, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Error(error) => format!(
            "`{name}` did not work: {}. You can try again, or ask me for something else.",
            quote(error.trim_end_matches('.'))
        ),
        Outcome::Output(Value::Null) => format!("`{name}` is done; it returned nothing."),
        Outcome::Output(Value::String(text)) => format!("`{name}` says: {}", quote(text)),
        Outcome::Output(Value::Object(map)) if !map.is_empty() => {
            let fields = map
                .iter()
                .map(|(key, value)| format!("- {key}: {}", plain(value)));
            format!(
                "Here is what `{name}` found:\n{}",
                fields.collect::<Vec<_>>().join("\n")
            )
        }
        Outcome::Output(Value::Array(items)) if !items.is_empty() => {
            let items = items.iter().map(|item| format!("- {}", plain(item)));
            format!(
                "Here is what `{name}` found:\n{}",
                items.collect::<Vec<_>>().join("\n")
            )
        }
        Outcome::Output(value) => format!("`{name}` returned {}.", plain(value)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            quote(&value.to_string())
        }
    }
}

/// An answer in words. It introduces itself in the first answer, and whenever it is asked.
pub(super) fn reply(
    said: &str,
    first: bool,
    tools: &[ToolDef],
    absent: Option<&ModelRef>,
) -> String {
    let lower = said.to_lowercase();
    let first_word = lower
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let starts = |words: &[&str]| words.contains(&first_word);
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    if said.is_empty() {
        return format!("Hello! {}", introduction(tools, absent));
    }
    if lower == "help" || has(&["who are you", "what are you", "what can you do"]) {
        return introduction(tools, absent);
    }
    if starts(&["thank", "thanks", "thx"]) {
        return "You are welcome! Is there anything else?".to_owned();
    }
    if starts(&["bye", "goodbye"]) {
        return "Goodbye! It was nice to talk to you.".to_owned();
    }
    let answer = if starts(&["hello", "hi", "hey"]) || has(&["good morning", "good evening"]) {
        "Hello! What can I do for you?".to_owned()
    } else if said.ends_with('?') {
        format!(
            "You ask “{}” A real model would know more about that than I do.",
            quote(said)
        )
    } else {
        format!(
            "I heard you: “{}”. A real model would have more to say to that.",
            quote(said)
        )
    };
    if first {
        format!("{answer}\n\n{}", introduction(tools, absent))
    } else {
        answer
    }
}

fn introduction(tools: &[ToolDef], absent: Option<&ModelRef>) -> String {
    let who = match absent {
        Some(model) => format!(
            "I am the built-in demo model, in place of `{model}`, whose provider has no API key yet. \
             Set one, and the real model answers."
        ),
        None => "I am the built-in demo model: I need no API key, and I answer by simple rules."
            .to_owned(),
    };
    let names: Vec<String> = tools
        .iter()
        .map(|tool| format!("`{}`", tool.name))
        .collect();
    match names.as_slice() {
        [] => format!("{who} Write to me, and I answer word by word, as a real model would."),
        [one] => format!("{who} I can call the tool {one}: just ask for it."),
        names => {
            let shown = names
                .iter()
                .take(SHOWN_TOOLS)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let more = match names.len().saturating_sub(SHOWN_TOOLS) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{who} I can call tools: {shown}{more}. Just ask for one.")
        }
    }
}

fn quote(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
