//! Tokens before a provider has counted them. No vendor's own tokenizer is here: a guess that is the same
//! for all keeps what a model is shown the same from request to request.
//!
//! Everything here is in bytes of text or JSON, of which a token has [`BYTES_PER_TOKEN`].

use domain::{Body, Item, ModelRequest, Outcome, Part, ToolCall, Turn};
use serde_json::Value;

/// What a token of English comes to.
const BYTES_PER_TOKEN: usize = 4;

/// What stands around a part in a request.
const FRAME: usize = 40;

/// What an image or a document is counted as, which has no text to be measured.
const MEDIUM: usize = 8_000;

/// The bytes that so many tokens come to.
pub(crate) fn bytes(tokens: u32) -> usize {
    (tokens as usize).saturating_mul(BYTES_PER_TOKEN)
}

/// The tokens that so many bytes come to.
pub(crate) fn of_bytes(bytes: usize) -> u64 {
    (bytes / BYTES_PER_TOKEN) as u64
}

/// All that a request holds beside its turns.
pub(crate) fn of_frame(request: &ModelRequest) -> usize {
    let tools = request.tools.iter().map(|tool| {
        let texts = tool.name.len() + tool.description.len();
        FRAME + texts + of_json(&tool.input_schema)
    });
    let format = request.response_format.as_ref();
    let format = format.map_or(0, |format| of_json(&format.schema));
    let system = request.system.as_ref().map_or(0, |text| text.len());
    FRAME + system + format + tools.sum::<usize>()
}

pub(crate) fn of_turns(turns: &[Turn]) -> usize {
    turns.iter().map(of_turn).sum()
}

pub(crate) fn of_turn(turn: &Turn) -> usize {
    turn.parts.iter().map(of_part).sum()
}

pub(crate) fn of_part(part: &Part) -> usize {
    FRAME
        + match part {
            Part::Text(text) => text.len(),
            Part::Reasoning { text, opaque } => text.len() + opaque.as_deref().map_or(0, of_json),
            Part::Call(call) => of_call(call),
            Part::Result { outcome, .. } => of_outcome(outcome),
            Part::Media(_) => MEDIUM,
        }
}

/// What an item adds to a request.
pub(crate) fn of_item(item: &Item) -> usize {
    match &item.body {
        Body::Text { text } | Body::Summary { text, .. } => FRAME + text.len(),
        Body::Reasoning { text, opaque } => {
            FRAME + text.len() + opaque.as_deref().map_or(0, of_json)
        }
        Body::Call(call) => FRAME + of_call(call),
        Body::Result { outcome, .. } => FRAME + of_outcome(outcome),
        Body::Object { value, .. } => FRAME + of_json(value),
        Body::File { .. } => FRAME + MEDIUM,
        Body::ThreadStart
        | Body::Step
        | Body::Operation { .. }
        | Body::Source(_)
        | Body::WorkerStart { .. }
        | Body::WorkerEnd { .. }
        | Body::Todo { .. } => 0,
    }
}

fn of_call(call: &ToolCall) -> usize {
    let arguments = call.arguments.iter();
    let arguments = arguments.map(|(name, value)| name.len() + of_json(value));
    call.name.len() + arguments.sum::<usize>()
}

fn of_outcome(outcome: &Outcome) -> usize {
    match outcome {
        Outcome::Output(value) => of_json(value),
        Outcome::Error(error) => error.len(),
    }
}

/// Close to what the value is as JSON.
fn of_json(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 6,
        Value::String(text) => text.len() + 2,
        Value::Array(values) => 2 + values.iter().map(|it| of_json(it) + 1).sum::<usize>(),
        Value::Object(fields) => {
            let fields = fields.iter();
            2 + fields
                .map(|(name, value)| name.len() + of_json(value) + 4)
                .sum::<usize>()
        }
    }
}
