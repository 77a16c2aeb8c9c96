//! A Responses request → what it says.

use serde_json::Value;

use super::{encrypted_of, settings};
use crate::fake_provider::conversation::{Conversation, Piece, Tool, Turn};
use crate::fake_provider::rules;

/// The rule of the Responses API that a request's body breaks, for tests without a server.
#[must_use]
pub fn openai_violation(body: &Value) -> Option<String> {
    conversation(body)
        .and_then(|said| rules::check(&said))
        .err()
}

pub(super) fn conversation(body: &Value) -> Result<Conversation, String> {
    settings::check(body)?;
    let items = body["input"].as_array();
    let items = items.ok_or("input: a list is required")?;
    let mut turns: Vec<Turn> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let read = item_of(item).map_err(|rule| format!("input.{at}: {rule}"))?;
        match turns.last_mut() {
            Some(turn) if turn.from_user == read.from_user => turn.pieces.extend(read.pieces),
            Some(_) | None => turns.push(read),
        }
    }
    reasoning_is_followed(items)?;
    Ok(Conversation {
        model: body["model"].as_str().unwrap_or_default().to_owned(),
        turns,
        tools: body["tools"]
            .as_array()
            .into_iter()
            .flatten()
            .map(tool)
            .collect(),
        reasoning_required: false,
    })
}

fn tool(tool: &Value) -> Tool {
    Tool {
        name: tool["name"].as_str().unwrap_or_default().to_owned(),
        schema: tool["parameters"].clone(),
    }
}

/// One item; the vendor has no turns, so the caller joins what one side says.
fn item_of(item: &Value) -> Result<Turn, String> {
    let (from_user, pieces) = match item["type"].as_str() {
        Some("message") => message(item)?,
        Some("reasoning") => (false, vec![reasoning(item)?]),
        Some("function_call") => (false, vec![call(item)?]),
        Some("function_call_output") => {
            required(item, "output")?;
            (true, vec![Piece::Result { id: call_id(item)? }])
        }
        Some(_) | None => return Err(format!("unknown item {item}")),
    };
    Ok(Turn { from_user, pieces })
}

fn message(item: &Value) -> Result<(bool, Vec<Piece>), String> {
    let (from_user, kind) = match item["role"].as_str() {
        Some("user") => (true, "input_text"),
        Some("assistant") => (false, "output_text"),
        Some(_) | None => return Err("role: user or assistant".to_owned()),
    };
    let parts = item["content"].as_array();
    let parts = parts.filter(|parts| !parts.is_empty());
    let parts = parts.ok_or("content: a list is required")?;
    let piece = |part: &Value| {
        match part["type"].as_str() {
            Some("input_image") if from_user && part["image_url"].is_string() => {
                return Ok(Piece::File);
            }
            Some("input_file")
                if from_user && (part["file_data"].is_string() != part["file_url"].is_string()) =>
            {
                return Ok(Piece::File);
            }
            Some(_) | None => {}
        }
        if part["type"] != kind {
            return Err(format!(
                "Invalid value: {}. Supported: '{kind}'",
                part["type"]
            ));
        }
        Ok(Piece::Text(required(part, "text")?.to_owned()))
    };
    let pieces = parts.iter().map(piece).collect::<Result<_, _>>()?;
    Ok((from_user, pieces))
}

fn reasoning(item: &Value) -> Result<Piece, String> {
    let summary = item["summary"].as_array();
    for part in summary.ok_or("summary: a list is required")? {
        if part["type"] != "summary_text" {
            return Err("summary: only summary_text".to_owned());
        }
        required(part, "text")?;
    }
    let id = required(item, "id")?;
    Ok(Piece::Reasoning {
        genuine: encrypted_of(id) == required(item, "encrypted_content")?,
    })
}

fn call(item: &Value) -> Result<Piece, String> {
    required(item, "name")?;
    let arguments = serde_json::from_str::<Value>(required(item, "arguments")?);
    if !arguments.is_ok_and(|arguments| arguments.is_object()) {
        return Err("arguments: the text of a JSON object is required".to_owned());
    }
    Ok(Piece::Call { id: call_id(item)? })
}

fn call_id(item: &Value) -> Result<String, String> {
    let id = required(item, "call_id")?;
    match id.len() {
        0 => Err("Invalid 'call_id': empty string".to_owned()),
        1..=64 => Ok(id.to_owned()),
        _ => Err("Invalid 'call_id': string too long, maximum length 64".to_owned()),
    }
}

fn required<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value[key]
        .as_str()
        .ok_or_else(|| format!("Missing required parameter: '{key}'"))
}

/// Reasoning stands before what came of it: the message or the call of the same answer.
fn reasoning_is_followed(items: &[Value]) -> Result<(), String> {
    for (at, item) in items.iter().enumerate() {
        let follows = items.get(at + 1).is_some_and(|next| {
            matches!(next["type"].as_str(), Some("function_call" | "reasoning"))
                || next["role"] == "assistant"
        });
        if item["type"] == "reasoning" && !follows {
            return Err(format!(
                "Item {} of type 'reasoning' was provided without its required following item.",
                item["id"]
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
