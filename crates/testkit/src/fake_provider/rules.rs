//! The rules of a conversation that every vendor has, whatever its format.

use std::collections::HashSet;

use super::conversation::{Conversation, Piece, Turn};

/// # Errors
/// The first rule that is broken, with where.
pub(super) fn check(conversation: &Conversation) -> Result<(), String> {
    if conversation.model.is_empty() {
        return Err("model: a model must be named".to_owned());
    }
    tools_are_sound(conversation)?;
    turns_alternate(&conversation.turns)?;
    content_is_not_empty(&conversation.turns)?;
    calls_are_answered(&conversation.turns)?;
    reasoning_is_genuine(&conversation.turns)?;
    if conversation.reasoning_required {
        steps_begin_with_reasoning(&conversation.turns)?;
    }
    Ok(())
}

fn tools_are_sound(conversation: &Conversation) -> Result<(), String> {
    let mut names = HashSet::new();
    for (at, tool) in conversation.tools.iter().enumerate() {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if tool.name.is_empty() || tool.name.len() > 128 || !tool.name.chars().all(allowed) {
            return Err(format!(
                "tools.{at}.name: `{}` must match ^[a-zA-Z0-9_-]{{1,128}}$",
                tool.name
            ));
        }
        if !names.insert(tool.name.as_str()) {
            return Err(format!("tools.{at}.name: tool names must be unique"));
        }
        if tool.schema.get("type").and_then(|kind| kind.as_str()) != Some("object") {
            return Err(format!("tools.{at}.input_schema: type must be object"));
        }
    }
    Ok(())
}

fn turns_alternate(turns: &[Turn]) -> Result<(), String> {
    let Some(first) = turns.first() else {
        return Err("messages: at least one message is required".to_owned());
    };
    if !first.from_user {
        return Err("messages.0: the first message must use the user role".to_owned());
    }
    for (at, pair) in turns.windows(2).enumerate() {
        if let [before, after] = pair
            && before.from_user == after.from_user
        {
            return Err(format!("messages.{}: roles must alternate", at + 1));
        }
    }
    Ok(())
}

fn content_is_not_empty(turns: &[Turn]) -> Result<(), String> {
    for (at, turn) in turns.iter().enumerate() {
        if turn.pieces.is_empty() {
            return Err(format!("messages.{at}: content must not be empty"));
        }
        for (block, piece) in turn.pieces.iter().enumerate() {
            if let Piece::Text(text) = piece
                && text.trim().is_empty()
            {
                return Err(format!(
                    "messages.{at}.content.{block}: text content blocks must contain non-whitespace text"
                ));
            }
        }
    }
    Ok(())
}

fn calls_are_answered(turns: &[Turn]) -> Result<(), String> {
    let mut known = HashSet::new();
    let mut open: HashSet<&str> = HashSet::new();
    for (at, turn) in turns.iter().enumerate() {
        let mut results_over = false;
        for piece in &turn.pieces {
            match piece {
                Piece::Result { id } if results_over => {
                    return Err(format!(
                        "messages.{at}: the result of `{id}` must come before other content"
                    ));
                }
                Piece::Result { id } if !open.remove(id.as_str()) => {
                    return Err(format!(
                        "messages.{at}: unexpected result of `{id}`: no open call in the message before"
                    ));
                }
                Piece::Result { .. } => {}
                Piece::Call { .. } if turn.from_user => {
                    return Err(format!(
                        "messages.{at}: tool calls are the assistant's alone"
                    ));
                }
                Piece::Call { id } => {
                    if !known.insert(id.as_str()) {
                        return Err(format!("messages.{at}: call ids must be unique: `{id}`"));
                    }
                    results_over = true;
                }
                Piece::Text(_) | Piece::Reasoning { .. } | Piece::File => results_over = true,
            }
        }
        if let Some(id) = open.iter().next() {
            return Err(format!(
                "messages.{at}: the call `{id}` has no result in the next message"
            ));
        }
        open.extend(turn.pieces.iter().filter_map(call_id));
    }
    match open.iter().next() {
        Some(id) => Err(format!("messages: the last call `{id}` has no result")),
        None => Ok(()),
    }
}

fn call_id(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Call { id } => Some(id),
        Piece::Text(_) | Piece::Reasoning { .. } | Piece::Result { .. } | Piece::File => None,
    }
}

fn reasoning_is_genuine(turns: &[Turn]) -> Result<(), String> {
    for (at, turn) in turns.iter().enumerate() {
        for (block, piece) in turn.pieces.iter().enumerate() {
            let Piece::Reasoning { genuine } = piece else {
                continue;
            };
            if turn.from_user {
                return Err(format!("messages.{at}: thinking is the assistant's alone"));
            }
            if !genuine {
                return Err(format!(
                    "messages.{at}.content.{block}: invalid `signature` in `thinking` block"
                ));
            }
        }
    }
    Ok(())
}

/// The vendor looks at the step that is under way: what the assistant says behind the last user turn
/// without results.
fn steps_begin_with_reasoning(turns: &[Turn]) -> Result<(), String> {
    let opens = |turn: &Turn| {
        let is_result = |piece: &Piece| matches!(piece, Piece::Result { .. });
        turn.from_user && !turn.pieces.iter().any(is_result)
    };
    let start = turns.iter().rposition(opens).unwrap_or(0);
    let mut step = turns.iter().enumerate().skip(start);
    match step.find(|(_, turn)| !turn.from_user) {
        Some((at, turn)) if !matches!(turn.pieces.first(), Some(Piece::Reasoning { .. })) => {
            Err(format!(
                "messages.{at}.content.0: expected `thinking` or `redacted_thinking`: when thinking is \
                 enabled, a final assistant message must start with a thinking block"
            ))
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
