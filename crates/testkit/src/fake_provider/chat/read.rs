//! A request → what it says.

use serde_json::Value;

use super::ways::{self, CallStyle, Thoughts, Ways};
use super::{settings, signature_of};
use crate::fake_provider::conversation::{Conversation, Piece, Tool, Turn};
use crate::fake_provider::rules;

/// The rule that a request's body breaks with the vendor of that name, for tests without a server.
#[must_use]
pub fn chat_violation(vendor: &str, body: &Value) -> Option<String> {
    let Some(chat) = ways::of(vendor) else {
        return Some(format!("nobody is called {vendor}"));
    };
    conversation(chat.ways, body)
        .and_then(|said| rules::check(&said))
        .err()
}

pub(super) fn conversation(ways: &Ways, body: &Value) -> Result<Conversation, String> {
    settings::check(ways, body)?;
    let messages = body["messages"].as_array();
    let messages = messages.ok_or("messages: a list is required")?;
    let mut turns: Vec<Turn> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let read = turn(ways, at, message).map_err(|rule| format!("messages.{at}: {rule}"))?;
        let Some(read) = read else { continue };
        match turns.last_mut() {
            Some(turn) if turn.from_user == read.from_user => turn.pieces.extend(read.pieces),
            Some(_) | None => turns.push(read),
        }
    }
    roles_follow(ways, messages)?;
    if ways.thoughts == Thoughts::ContentAndBack {
        thoughts_come_back(body, messages)?;
    }
    let tools = body["tools"].as_array().into_iter().flatten();
    Ok(Conversation {
        model: body["model"].as_str().unwrap_or_default().to_owned(),
        turns,
        tools: tools.map(tool).collect(),
        reasoning_required: false,
    })
}

fn tool(tool: &Value) -> Tool {
    Tool {
        name: tool["function"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        schema: tool["function"]["parameters"].clone(),
    }
}

/// None for the system's message, which stands first.
fn turn(ways: &Ways, at: usize, message: &Value) -> Result<Option<Turn>, String> {
    let (from_user, pieces) = match message["role"].as_str() {
        Some("system") if at == 0 => {
            text(message)?;
            return Ok(None);
        }
        Some("user") => (true, content(ways, message)?),
        Some("tool") => {
            text(message)?;
            let id = call_id(ways, &message["tool_call_id"])?;
            (true, vec![Piece::Result { id }])
        }
        Some("assistant") => (false, assistant(ways, message)?),
        Some(_) | None => return Err("role: system, user, assistant or tool".to_owned()),
    };
    Ok(Some(Turn { from_user, pieces }))
}

fn text(message: &Value) -> Result<&str, String> {
    message["content"]
        .as_str()
        .ok_or_else(|| "content: text is required".to_owned())
}

/// Text, or a list of parts.
fn content(ways: &Ways, message: &Value) -> Result<Vec<Piece>, String> {
    let Some(parts) = message["content"].as_array() else {
        return Ok(vec![Piece::Text(text(message)?.to_owned())]);
    };
    let part = |part: &Value| match part["type"].as_str() {
        Some("text") => part["text"]
            .as_str()
            .map(|text| Piece::Text(text.to_owned())),
        Some(kind) if ways.parts.contains(&kind) => {
            let held = match kind {
                "image_url" | "video_url" => &part[kind]["url"],
                "input_audio" if part[kind].is_object() => &part[kind]["data"],
                "file" if part[kind].get("data").is_some() => &part[kind]["data"],
                "file" => &part[kind]["file_data"],
                _ => &part[kind],
            };
            held.as_str().map(|_| Piece::File)
        }
        Some(_) | None => None,
    };
    let parts = parts
        .iter()
        .map(|it| part(it).ok_or_else(|| format!("unknown part {it}")));
    parts.collect()
}

fn assistant(ways: &Ways, message: &Value) -> Result<Vec<Piece>, String> {
    let mut pieces = thoughts(ways, message)?;
    match &message["content"] {
        Value::String(text) => pieces.push(Piece::Text(text.clone())),
        Value::Null if message["tool_calls"].is_array() => {}
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return Err("content: text is required without calls".to_owned());
        }
    }
    for call in message["tool_calls"].as_array().into_iter().flatten() {
        let arguments = call["function"]["arguments"].as_str().unwrap_or_default();
        if !serde_json::from_str::<Value>(arguments).is_ok_and(|it| it.is_object()) {
            return Err("arguments: the text of a JSON object is required".to_owned());
        }
        if call["type"] != "function" || !call["function"]["name"].is_string() {
            return Err(format!("{call} is no call"));
        }
        pieces.push(Piece::Call {
            id: call_id(ways, &call["id"])?,
        });
    }
    Ok(pieces)
}

/// Thoughts that come back where the vendor takes them.
fn thoughts(ways: &Ways, message: &Value) -> Result<Vec<Piece>, String> {
    let given = |field: &str| message.get(field).is_some();
    if given("reasoning") || given("reasoning_content") && ways.thoughts != Thoughts::ContentAndBack
    {
        return Err("reasoning is not supported in messages".to_owned());
    }
    if given("reasoning_details") && ways.thoughts != Thoughts::Details {
        return Err("reasoning_details is not supported in messages".to_owned());
    }
    let details = message["reasoning_details"]
        .as_array()
        .into_iter()
        .flatten();
    let genuine = |detail: &Value| {
        let seed = detail["text"].as_str().or_else(|| detail["data"].as_str());
        let signature = detail["signature"].as_str();
        seed.is_some_and(|seed| Some(&*signature_of(seed)) == signature)
    };
    Ok(details
        .map(|detail| Piece::Reasoning {
            genuine: genuine(detail),
        })
        .collect())
}

fn call_id(ways: &Ways, id: &Value) -> Result<String, String> {
    let id = id.as_str().unwrap_or_default();
    let fits = match ways.calls {
        CallStyle::WholeWithNine => id.len() == 9 && id.chars().all(|c| c.is_ascii_alphanumeric()),
        CallStyle::Pieces | CallStyle::WholeAtZero => (1..=40).contains(&id.len()),
    };
    if !fits {
        return Err(format!(
            "the id `{id}` of a call is not of the form that is asked for"
        ));
    }
    Ok(id.to_owned())
}

fn roles_follow(ways: &Ways, messages: &[Value]) -> Result<(), String> {
    for pair in messages.windows(2) {
        let [before, after] = pair else { continue };
        if before["role"] == "user" && after["role"] == "user" {
            return Err("roles must alternate".to_owned());
        }
        let strict = ways.calls == CallStyle::WholeWithNine;
        if strict && before["role"] == "tool" && after["role"] == "user" {
            return Err("Unexpected role 'user' after role 'tool'".to_owned());
        }
    }
    Ok(())
}

/// While the vendor thinks, calls of the turn under way come back with the thought before them, be it empty.
fn thoughts_come_back(body: &Value, messages: &[Value]) -> Result<(), String> {
    let thinks = body["thinking"]["type"] == "enabled";
    let start = messages
        .iter()
        .rposition(|it| it["role"] == "user")
        .unwrap_or(0);
    for (at, message) in messages.iter().enumerate() {
        let thought = message["reasoning_content"].is_string();
        if at < start && thought {
            return Err(format!(
                "messages.{at}: reasoning_content of a turn that is over"
            ));
        }
        if at > start && thinks && message["tool_calls"].is_array() && !thought {
            return Err(format!("messages.{at}: Missing `reasoning_content` field"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
