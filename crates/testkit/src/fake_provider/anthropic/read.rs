//! A Messages request → what it says.

use serde_json::{Value, json};

use super::{is_redacted_data, settings, signature_of};
use crate::fake_provider::conversation::{Conversation, Piece, Tool, Turn};
use crate::fake_provider::rules;

/// The rule of the Messages API that a request's body breaks, for tests without a server.
#[must_use]
pub fn anthropic_violation(body: &Value) -> Option<String> {
    conversation(body)
        .and_then(|said| rules::check(&said))
        .err()
}

pub(super) fn conversation(body: &Value) -> Result<Conversation, String> {
    if body["stream"] != json!(true) {
        return Err("stream: the fake only streams".to_owned());
    }
    let budget = settings::check(body)?;
    cache_marks(body)?;
    let turns = list(body, "messages")?.iter().enumerate().map(turn);
    let tools = match body.get("tools") {
        Some(_) => list(body, "tools")?.iter().map(tool).collect(),
        None => Vec::new(),
    };
    Ok(Conversation {
        model: body["model"].as_str().unwrap_or_default().to_owned(),
        turns: turns.collect::<Result<_, _>>()?,
        tools,
        reasoning_required: budget.is_some(),
    })
}

/// At most four blocks may carry `cache_control`.
fn cache_marks(body: &Value) -> Result<(), String> {
    fn count(value: &Value) -> usize {
        match value {
            Value::Array(values) => values.iter().map(count).sum(),
            Value::Object(map) => {
                usize::from(map.contains_key("cache_control"))
                    + map
                        .iter()
                        .filter(|(key, _)| *key != "input" && *key != "input_schema")
                        .map(|(_, value)| count(value))
                        .sum::<usize>()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        }
    }
    match count(body) {
        0..=4 => Ok(()),
        marks => Err(format!(
            "at most 4 blocks with cache_control, found {marks}"
        )),
    }
}

fn list<'a>(body: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    body[key]
        .as_array()
        .ok_or_else(|| format!("{key}: a list is required"))
}

fn tool(tool: &Value) -> Tool {
    Tool {
        name: tool["name"].as_str().unwrap_or_default().to_owned(),
        schema: tool["input_schema"].clone(),
    }
}

fn turn((at, message): (usize, &Value)) -> Result<Turn, String> {
    let from_user = match message["role"].as_str() {
        Some("user") => true,
        Some("assistant") => false,
        Some(_) | None => return Err(format!("messages.{at}.role: user or assistant")),
    };
    let pieces = match &message["content"] {
        Value::String(text) => vec![Piece::Text(text.clone())],
        Value::Array(blocks) => blocks
            .iter()
            .map(|block| piece(block).map_err(|rule| format!("messages.{at}.content: {rule}")))
            .collect::<Result<_, _>>()?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            return Err(format!("messages.{at}.content: text or a list is required"));
        }
    };
    Ok(Turn { from_user, pieces })
}

fn piece(block: &Value) -> Result<Piece, String> {
    let text = |key: &str| {
        let value = block[key].as_str().map(str::to_owned);
        value.ok_or_else(|| format!("`{key}` is required in {block}"))
    };
    let piece = match block["type"].as_str() {
        Some("text") => Piece::Text(text("text")?),
        Some("thinking") => Piece::Reasoning {
            genuine: signature_of(&text("thinking")?) == text("signature")?,
        },
        Some("redacted_thinking") => Piece::Reasoning {
            genuine: is_redacted_data(&text("data")?),
        },
        Some("image" | "document") => file(block)?,
        Some("tool_use") if !block["input"].is_object() => {
            return Err("`input` of a tool_use must be an object".to_owned());
        }
        Some("tool_use") => Piece::Call {
            id: id(&text("id")?)?,
        },
        Some("tool_result") => Piece::Result {
            id: id(&text("tool_use_id")?)?,
        },
        Some(_) | None => return Err(format!("unknown block {block}")),
    };
    Ok(piece)
}

/// An image or a document, by its address or its bytes.
fn file(block: &Value) -> Result<Piece, String> {
    let source = &block["source"];
    let held = match source["type"].as_str() {
        Some("url") => source["url"].is_string(),
        Some("base64") => source["data"].is_string() && source["media_type"].is_string(),
        Some("text") => source["data"].is_string() && source["media_type"] == "text/plain",
        Some(_) | None => false,
    };
    if !held {
        return Err(format!("unknown source {source}"));
    }
    Ok(Piece::File)
}

fn id(id: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if id.is_empty() || !id.chars().all(allowed) {
        return Err(format!("the id `{id}` must match ^[a-zA-Z0-9_-]+$"));
    }
    Ok(id.to_owned())
}
