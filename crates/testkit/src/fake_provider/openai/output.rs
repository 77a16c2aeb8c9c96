//! The items of an answer: how each begins, what is streamed of it, and how it is when it is done.

use serde_json::{Value, json};

use super::encrypted_of;
use crate::fake_provider::wire::fragments;

/// One item. `events` lack what every event has, the index and the id of their item.
pub(super) struct Item {
    pub(super) begun: Value,
    pub(super) events: Vec<(&'static str, Value)>,
    pub(super) done: Value,
}

pub(super) fn message(id: &str, pieces: &[&str]) -> Item {
    let item = |status: &str, content: Value| {
        json!({
            "id": format!("msg_{id}"), "type": "message", "status": status, "role": "assistant",
            "content": content,
        })
    };
    let part = |text: &str| json!({ "type": "output_text", "annotations": [], "logprobs": [], "text": text });
    let text = pieces.concat();
    let mut events = vec![(
        "response.content_part.added",
        json!({ "content_index": 0, "part": part("") }),
    )];
    events.extend(pieces.iter().map(|piece| {
        let delta = json!({ "content_index": 0, "delta": piece, "logprobs": [] });
        ("response.output_text.delta", delta)
    }));
    events.push((
        "response.output_text.done",
        json!({ "content_index": 0, "text": text, "logprobs": [] }),
    ));
    events.push((
        "response.content_part.done",
        json!({ "content_index": 0, "part": part(&text) }),
    ));
    Item {
        begun: item("in_progress", json!([])),
        events,
        done: item("completed", json!([part(&text)])),
    }
}

/// Without pieces it has no summary.
pub(super) fn reasoning(id: &str, pieces: &[&str]) -> Item {
    let id = format!("rs_{id}");
    let encrypted = encrypted_of(&id);
    let item = |summary: Value| json!({ "id": id, "type": "reasoning", "summary": summary, "encrypted_content": encrypted });
    let begun = item(json!([]));
    if pieces.is_empty() {
        return Item {
            done: begun.clone(),
            begun,
            events: Vec::new(),
        };
    }
    let part = |text: &str| json!({ "type": "summary_text", "text": text });
    let text = pieces.concat();
    let mut events = vec![(
        "response.reasoning_summary_part.added",
        json!({ "summary_index": 0, "part": part("") }),
    )];
    events.extend(pieces.iter().map(|piece| {
        let delta = json!({ "summary_index": 0, "delta": piece });
        ("response.reasoning_summary_text.delta", delta)
    }));
    events.push((
        "response.reasoning_summary_text.done",
        json!({ "summary_index": 0, "text": text }),
    ));
    events.push((
        "response.reasoning_summary_part.done",
        json!({ "summary_index": 0, "part": part(&text) }),
    ));
    Item {
        begun,
        events,
        done: item(json!([part(&text)])),
    }
}

pub(super) fn call(id: &str, call_id: &str, name: &str, fragments: &[String]) -> Item {
    let item = |status: &str, arguments: &str| {
        json!({
            "id": format!("fc_{id}"), "type": "function_call", "status": status, "call_id": call_id,
            "name": name, "arguments": arguments,
        })
    };
    let arguments = fragments.concat();
    let mut events: Vec<_> = fragments
        .iter()
        .map(|part| {
            (
                "response.function_call_arguments.delta",
                json!({ "delta": part }),
            )
        })
        .collect();
    events.push((
        "response.function_call_arguments.done",
        json!({ "name": name, "arguments": arguments }),
    ));
    Item {
        begun: item("in_progress", ""),
        events,
        done: item("completed", &arguments),
    }
}

/// The vendor writes the braces also where there are no arguments.
pub(super) fn argument_fragments(input: Option<&Value>) -> Vec<String> {
    match input {
        Some(input) => fragments(input),
        None => vec!["{}".to_owned()],
    }
}
