//! A request → what it says.

use std::collections::VecDeque;

use serde_json::Value;

use super::{UNSIGNED, is_signature, settings};
use crate::fake_provider::conversation::{Conversation, Piece, Tool, Turn};
use crate::fake_provider::rules;

/// The rule of the Gemini API that a request's body breaks, for tests without a server.
#[must_use]
pub fn google_violation(model: &str, body: &Value) -> Option<String> {
    conversation(model, body)
        .and_then(|said| rules::check(&said))
        .err()
}

pub(super) fn conversation(model: &str, body: &Value) -> Result<Conversation, String> {
    settings::check(model, body)?;
    let contents = body["contents"].as_array();
    let contents = contents.ok_or("contents is not specified")?;
    let mut reader = Reader::default();
    let mut turns = Vec::new();
    for (at, content) in contents.iter().enumerate() {
        let turn = reader.turn(content);
        turns.push(turn.map_err(|rule| format!("contents.{at}: {rule}"))?);
    }
    if model.starts_with("gemini-3") {
        calls_are_signed(contents)?;
    }
    let declarations = body["tools"].as_array().into_iter().flatten();
    let declarations = declarations.flat_map(|it| it["functionDeclarations"].as_array());
    let tools: Vec<_> = declarations.flatten().map(tool).collect();
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_';
    let odd = |tool: &&Tool| tool.name.len() > 64 || !tool.name.starts_with(starts);
    if let Some(tool) = tools.iter().find(odd) {
        return Err(format!("Invalid function name `{}`", tool.name));
    }
    Ok(Conversation {
        model: model.to_owned(),
        turns,
        tools,
        reasoning_required: false,
    })
}

fn tool(tool: &Value) -> Tool {
    // The vendor reads a field by either of the two names that protobuf gives it; its Python SDK writes this
    // one in snake case.
    let schema = tool.get("parametersJsonSchema");
    let schema = schema.unwrap_or_else(|| &tool["parameters_json_schema"]);
    Tool {
        name: tool["name"].as_str().unwrap_or_default().to_owned(),
        schema: schema.clone(),
    }
}

/// Calls have no ids of their own; a result belongs to the first open call of its name.
#[derive(Default)]
struct Reader {
    calls: usize,
    open: VecDeque<(String, String)>,
}

impl Reader {
    fn turn(&mut self, content: &Value) -> Result<Turn, String> {
        let from_user = match content["role"].as_str() {
            Some("user") => true,
            Some("model") => false,
            Some(_) | None => return Err("Please use a valid role: user, model.".to_owned()),
        };
        let parts = content["parts"]
            .as_array()
            .ok_or("parts must not be empty")?;
        let pieces = parts.iter().map(|part| self.piece(part));
        let pieces = pieces.collect::<Result<Vec<_>, _>>()?;
        Ok(Turn {
            from_user,
            pieces: pieces.into_iter().flatten().collect(),
        })
    }

    /// What a part says, and its signature as a thought of its own.
    fn piece(&mut self, part: &Value) -> Result<Vec<Piece>, String> {
        let signature = part
            .get("thoughtSignature")
            .map(|it| it.as_str().unwrap_or_default());
        let signed = |signature: &str| Piece::Reasoning {
            genuine: is_signature(signature) || signature == UNSIGNED,
        };
        let mut pieces: Vec<_> = signature.map(signed).into_iter().collect();
        if let Some(text) = part["text"].as_str() {
            if part["thought"] == true {
                return Ok(pieces);
            }
            if !text.is_empty() || pieces.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
        } else if part.get("functionCall").is_some() {
            pieces.push(self.call(&part["functionCall"])?);
        } else if part.get("functionResponse").is_some() {
            pieces.push(self.response(&part["functionResponse"])?);
        } else if part["inlineData"]["data"].is_string() || part["fileData"]["fileUri"].is_string()
        {
            pieces.push(Piece::File);
        } else {
            return Err(format!("contents.parts: unknown part {part}"));
        }
        Ok(pieces)
    }

    fn call(&mut self, call: &Value) -> Result<Piece, String> {
        let name = call["name"]
            .as_str()
            .ok_or("functionCall.name is required")?;
        if !call["args"].is_object() {
            return Err("functionCall.args must be an object".to_owned());
        }
        let id = format!("call_{}", self.calls);
        self.calls += 1;
        self.open.push_back((name.to_owned(), id.clone()));
        Ok(Piece::Call { id })
    }

    fn response(&mut self, response: &Value) -> Result<Piece, String> {
        let name = response["name"]
            .as_str()
            .ok_or("functionResponse.name is required")?;
        if !response["response"].is_object() {
            return Err("functionResponse.response must be an object".to_owned());
        }
        let at = self.open.iter().position(|(open, _)| open == name);
        let found = at.and_then(|at| self.open.remove(at));
        let (_, id) = found.ok_or(
            "Please ensure that the number of function response parts is equal to the number of function call \
             parts of the function call turn.",
        )?;
        Ok(Piece::Result { id })
    }
}

/// The first call of each of the model's contents behind the last word of the user bears a signature.
fn calls_are_signed(contents: &[Value]) -> Result<(), String> {
    let parts = |content: &Value| content["parts"].as_array().cloned().unwrap_or_default();
    let speaks = |content: &Value| {
        content["role"] == "user" && parts(content).iter().any(|part| part["text"].is_string())
    };
    let start = contents.iter().rposition(speaks).unwrap_or(0);
    for (at, content) in contents.iter().enumerate().skip(start) {
        let parts = parts(content);
        let first = parts.iter().find(|part| part.get("functionCall").is_some());
        if first.is_some_and(|call| call.get("thoughtSignature").is_none()) {
            return Err(format!(
                "Function call is missing a thought_signature in functionCall parts: contents.{at}"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
