//! A reply → the events of a Messages stream.

use std::time::Duration;

use bytes::Bytes;
use domain::FinishReason;
use serde_json::{Value, json};

use super::{redacted_data, signature_of};
use crate::fake_provider::reply::{Reply, Step};
use crate::fake_provider::wire::{self, Emission};

/// The chunks of an answer's body.
pub(super) fn render(reply: &Reply, model: &str, serial: usize) -> Vec<Emission> {
    let mut answer = Answer::default();
    answer.event(&message_start(reply, model, serial));
    answer.event(&json!({ "type": "ping" }));
    for step in &reply.steps {
        if answer.step(step, serial) {
            return answer.out;
        }
    }
    answer.event(&message_delta(reply));
    answer.event(&json!({ "type": "message_stop" }));
    answer.out
}

#[derive(Default)]
struct Answer {
    out: Vec<Emission>,
    /// Of content; the vendor numbers them without gaps.
    blocks: usize,
}

impl Answer {
    fn event(&mut self, event: &Value) {
        let name = event["type"].as_str().unwrap_or_default();
        let frame = format!("event: {name}\ndata: {event}\n\n");
        self.out.push(Emission::Bytes(Bytes::from(frame)));
    }

    /// True where the answer ends with this step.
    fn step(&mut self, step: &Step, serial: usize) -> bool {
        match step {
            Step::Text(chunks) => {
                let start = json!({ "type": "text", "text": "" });
                let deltas = chunks.pieces().into_iter();
                let deltas = deltas.map(|text| json!({ "type": "text_delta", "text": text }));
                self.block(&start, deltas);
            }
            Step::Thinking(chunks) => {
                let start = json!({ "type": "thinking", "thinking": "", "signature": "" });
                let signature = signature_of(&chunks.pieces().concat());
                let deltas = chunks.pieces().into_iter();
                let deltas =
                    deltas.map(|text| json!({ "type": "thinking_delta", "thinking": text }));
                let end = json!({ "type": "signature_delta", "signature": signature });
                self.block(&start, deltas.chain([end]));
            }
            Step::Redacted(data) => {
                let data = redacted_data(data);
                let start = json!({ "type": "redacted_thinking", "data": data });
                self.block(&start, std::iter::empty());
            }
            Step::Tool {
                name,
                input,
                fragments,
                id,
            } => {
                let made = format!("toolu_{serial:04}_{}", self.blocks);
                let id = id.as_deref().unwrap_or(&made);
                let start = json!({ "type": "tool_use", "id": id, "name": name, "input": {} });
                let deltas = argument_fragments(input.as_ref(), fragments.as_deref());
                let deltas = deltas
                    .into_iter()
                    .map(|part| json!({ "type": "input_json_delta", "partial_json": part }));
                self.block(&start, deltas);
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

    fn block(&mut self, start: &Value, deltas: impl Iterator<Item = Value>) {
        let index = self.blocks;
        self.blocks += 1;
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
            out.extend(wire::fragments(input));
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
