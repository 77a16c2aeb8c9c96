//! The Messages API of Anthropic, as its documentation and its own TypeScript client describe it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use domain::FinishReason;
use serde_json::{Value, json};

use super::conversation::{Conversation, Piece, Tool, Turn};
use super::reply::{Reply, Step};
use super::rules;
use super::wire::{Emission, Wire};

pub(super) struct Anthropic;

/// The signature that the fake gives with a thought of that text, and demands back with it.
#[must_use]
pub fn signature_of(thinking: &str) -> String {
    // FNV-1a: any function of the text will do, as long as a changed text changes it.
    let hash = thinking
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("sig_{hash:016x}")
}

fn redacted_data(data: &str) -> String {
    format!("redacted_{data}_{}", signature_of(data))
}

fn is_redacted_data(data: &str) -> bool {
    let inner = data.strip_prefix("redacted_");
    let parts = inner.and_then(|inner| inner.rsplit_once("_sig_"));
    parts.is_some_and(|(seed, _)| redacted_data(seed) == data)
}

impl Wire for Anthropic {
    fn read(&self, headers: &HeaderMap, body: &Value) -> Result<Conversation, String> {
        for name in ["x-api-key", "anthropic-version"] {
            if headers.get(name).is_none_or(HeaderValue::is_empty) {
                return Err(format!("{name}: header is required"));
            }
        }
        conversation(body)
    }

    fn render(&self, reply: &Reply, model: &str, serial: usize) -> Vec<Emission> {
        let mut answer = Answer::default();
        answer.event(&message_start(reply, model, serial));
        answer.event(&json!({ "type": "ping" }));
        for (index, step) in reply.steps.iter().enumerate() {
            if answer.step(index, step, serial) {
                return answer.out;
            }
        }
        answer.event(&message_delta(reply));
        answer.event(&json!({ "type": "message_stop" }));
        answer.out
    }

    fn error_body(&self, kind: &str, message: &str) -> String {
        json!({ "type": "error", "error": { "type": kind, "message": message } }).to_string()
    }
}

// Reading a request

/// The rule of the Messages API that a request's body breaks, for tests without a server.
#[must_use]
pub fn anthropic_violation(body: &Value) -> Option<String> {
    conversation(body)
        .and_then(|said| rules::check(&said))
        .err()
}

fn conversation(body: &Value) -> Result<Conversation, String> {
    if body["stream"] != json!(true) {
        return Err("stream: the fake only streams".to_owned());
    }
    let budget = settings(body)?;
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

/// The budget of thinking, where there is one.
fn settings(body: &Value) -> Result<Option<u64>, String> {
    let Some(max_tokens) = body["max_tokens"].as_u64().filter(|&tokens| tokens > 0) else {
        return Err("max_tokens: a positive number is required".to_owned());
    };
    let thinking = body["thinking"]["type"].as_str();
    let thinks = matches!(thinking, Some("enabled" | "adaptive"));
    if thinks
        && body
            .get("temperature")
            .is_some_and(|set| set.as_f64() != Some(1.0))
    {
        return Err("temperature: may only be set to 1 when thinking is enabled".to_owned());
    }
    if body["temperature"]
        .as_f64()
        .is_some_and(|temperature| !(0.0..=1.0).contains(&temperature))
    {
        return Err("temperature: range is 0 to 1".to_owned());
    }
    if thinking != Some("enabled") {
        return Ok(None);
    }
    match body["thinking"]["budget_tokens"].as_u64() {
        Some(budget) if budget < 1024 => {
            Err("thinking.budget_tokens: must be at least 1024".to_owned())
        }
        Some(budget) if budget >= max_tokens => {
            Err("max_tokens: must be greater than thinking.budget_tokens".to_owned())
        }
        Some(budget) => Ok(Some(budget)),
        None => Err("thinking.budget_tokens: required".to_owned()),
    }
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

fn id(id: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if id.is_empty() || !id.chars().all(allowed) {
        return Err(format!("the id `{id}` must match ^[a-zA-Z0-9_-]+$"));
    }
    Ok(id.to_owned())
}

// Writing an answer

#[derive(Default)]
struct Answer {
    out: Vec<Emission>,
}

impl Answer {
    fn event(&mut self, event: &Value) {
        let name = event["type"].as_str().unwrap_or_default();
        let frame = format!("event: {name}\ndata: {event}\n\n");
        self.out.push(Emission::Bytes(Bytes::from(frame)));
    }

    /// True where the answer ends with this step.
    fn step(&mut self, index: usize, step: &Step, serial: usize) -> bool {
        match step {
            Step::Text(chunks) => {
                let start = json!({ "type": "text", "text": "" });
                let deltas = chunks.pieces().into_iter();
                let deltas = deltas.map(|text| json!({ "type": "text_delta", "text": text }));
                self.block(index, &start, deltas);
            }
            Step::Thinking(chunks) => {
                let start = json!({ "type": "thinking", "thinking": "", "signature": "" });
                let signature = signature_of(&chunks.pieces().concat());
                let deltas = chunks.pieces().into_iter();
                let deltas =
                    deltas.map(|text| json!({ "type": "thinking_delta", "thinking": text }));
                let end = json!({ "type": "signature_delta", "signature": signature });
                self.block(index, &start, deltas.chain([end]));
            }
            Step::Redacted(data) => {
                let data = redacted_data(data);
                let start = json!({ "type": "redacted_thinking", "data": data });
                self.block(index, &start, std::iter::empty());
            }
            Step::Tool {
                name,
                input,
                fragments,
                id,
            } => {
                let made = format!("toolu_{serial:04}_{index}");
                let id = id.as_deref().unwrap_or(&made);
                let start = json!({ "type": "tool_use", "id": id, "name": name, "input": {} });
                let deltas = argument_fragments(input.as_ref(), fragments.as_deref());
                let deltas = deltas
                    .into_iter()
                    .map(|part| json!({ "type": "input_json_delta", "partial_json": part }));
                self.block(index, &start, deltas);
            }
            Step::DelayMs(delay) => self.out.push(Emission::Wait(Duration::from_millis(*delay))),
            Step::Hold => self.out.push(Emission::Hold),
            Step::Raw(bytes) => self.out.push(Emission::Bytes(Bytes::from(bytes.clone()))),
            Step::Stall => {
                self.out.push(Emission::Stall);
                return true;
            }
            Step::Error { kind, message } => {
                self.event(
                    &json!({ "type": "error", "error": { "type": kind, "message": message } }),
                );
                return true;
            }
        }
        false
    }

    fn block(&mut self, index: usize, start: &Value, deltas: impl Iterator<Item = Value>) {
        self.event(
            &json!({ "type": "content_block_start", "index": index, "content_block": start }),
        );
        for delta in deltas {
            self.event(&json!({ "type": "content_block_delta", "index": index, "delta": delta }));
        }
        self.event(&json!({ "type": "content_block_stop", "index": index }));
    }
}

/// The vendor begins each call's arguments with an empty fragment.
fn argument_fragments(input: Option<&Value>, fragments: Option<&[String]>) -> Vec<String> {
    let mut out = vec![String::new()];
    match (fragments, input) {
        (Some(fragments), _) => out.extend_from_slice(fragments),
        (None, Some(input)) if input.as_object().is_some_and(|map| !map.is_empty()) => {
            let text: Vec<char> = input.to_string().chars().collect();
            out.extend(text.chunks(12).map(|part| part.iter().collect::<String>()));
        }
        (None, _) => {}
    }
    out
}

fn message_start(reply: &Reply, model: &str, serial: usize) -> Value {
    json!({ "type": "message_start", "message": {
        "id": format!("msg_{serial:04}"), "type": "message", "role": "assistant", "model": model,
        "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {
            "input_tokens": reply.usage.input,
            "cache_creation_input_tokens": reply.usage.cache_write,
            "cache_read_input_tokens": reply.usage.cache_read,
            "output_tokens": 1,
        },
    } })
}

fn message_delta(reply: &Reply) -> Value {
    let stop_reason = match reply.finish_reason() {
        FinishReason::Stop => "end_turn",
        FinishReason::ToolCalls => "tool_use",
        FinishReason::Length => "max_tokens",
        FinishReason::ContentFilter => "refusal",
        FinishReason::Error | FinishReason::Other => "pause_turn",
    };
    let mut usage = json!({ "output_tokens": reply.usage.output });
    if reply.usage.reasoning > 0 {
        usage["output_tokens_details"] = json!({ "thinking_tokens": reply.usage.reasoning });
    }
    json!({
        "type": "message_delta",
        "delta": { "stop_reason": stop_reason, "stop_sequence": null },
        "usage": usage,
    })
}
