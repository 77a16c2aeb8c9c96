//! A reply → the events of a Responses stream.

use std::time::Duration;

use bytes::Bytes;
use domain::FinishReason;
use serde_json::{Value, json};

use super::output::{self, Item};
use crate::fake_provider::reply::{Reply, Step};
use crate::fake_provider::wire::Emission;

/// The chunks of an answer's body.
pub(super) fn render(reply: &Reply, model: &str, serial: usize) -> Vec<Emission> {
    let mut answer = Answer {
        serial,
        ..Answer::default()
    };
    let begun = response(reply, model, serial, "in_progress", &[]);
    answer.event("response.created", json!({ "response": begun }));
    answer.event("response.in_progress", json!({ "response": begun }));
    for step in &reply.steps {
        if answer.step(step) {
            return answer.out;
        }
    }
    let status = match reply.finish_reason() {
        FinishReason::Stop | FinishReason::ToolCalls => "completed",
        FinishReason::Length
        | FinishReason::ContentFilter
        | FinishReason::Error
        | FinishReason::Other => "incomplete",
    };
    let ended = response(reply, model, serial, status, &answer.items);
    answer.event(&format!("response.{status}"), json!({ "response": ended }));
    answer.out
}

#[derive(Default)]
struct Answer {
    out: Vec<Emission>,
    serial: usize,
    sequence: usize,
    /// As they are when they are done; the vendor repeats them at the end.
    items: Vec<Value>,
}

impl Answer {
    fn event(&mut self, kind: &str, mut event: Value) {
        event["type"] = json!(kind);
        event["sequence_number"] = json!(self.sequence);
        self.sequence += 1;
        let frame = format!("event: {kind}\ndata: {event}\n\n");
        self.out.push(Emission::Bytes(Bytes::from(frame)));
    }

    /// True where the answer ends with this step.
    fn step(&mut self, step: &Step) -> bool {
        let id = format!("{:04}_{}", self.serial, self.items.len());
        match step {
            Step::Text(chunks) => self.item(output::message(&id, &chunks.pieces())),
            Step::Thinking(chunks) => self.item(output::reasoning(&id, &chunks.pieces())),
            // The vendor hides thoughts by leaving the summary empty.
            Step::Redacted(_) => self.item(output::reasoning(&id, &[])),
            Step::Tool {
                name,
                input,
                fragments,
                id: call_id,
            } => {
                let made = format!("call_{id}");
                let call_id = call_id.as_deref().unwrap_or(&made);
                let fragments = match (fragments, input) {
                    (Some(fragments), _) => fragments.clone(),
                    (None, input) => output::argument_fragments(input.as_ref()),
                };
                self.item(output::call(&id, call_id, name, &fragments));
            }
            Step::DelayMs(delay) => self.out.push(Emission::Wait(Duration::from_millis(*delay))),
            Step::Hold => self.out.push(Emission::Hold),
            Step::Raw(bytes) => self.out.push(Emission::Bytes(Bytes::from(bytes.clone()))),
            Step::Stall => {
                self.out.push(Emission::Stall);
                return true;
            }
            Step::Error { kind, message } => {
                let error = json!({ "code": kind, "message": message, "param": null });
                self.event("error", error);
                return true;
            }
        }
        false
    }

    fn item(&mut self, item: Item) {
        let index = self.items.len();
        let added = json!({ "output_index": index, "item": item.begun });
        self.event("response.output_item.added", added);
        for (kind, mut event) in item.events {
            event["output_index"] = json!(index);
            event["item_id"] = item.done["id"].clone();
            self.event(kind, event);
        }
        let done = json!({ "output_index": index, "item": item.done });
        self.event("response.output_item.done", done);
        self.items.push(item.done);
    }
}

fn response(reply: &Reply, model: &str, serial: usize, status: &str, items: &[Value]) -> Value {
    let mut response = json!({
        "id": format!("resp_{serial:04}"), "object": "response", "created_at": 1_767_225_600,
        "status": status, "model": model, "output": items, "error": null, "incomplete_details": null,
        "instructions": null, "metadata": {}, "parallel_tool_calls": true, "store": false,
        "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0, "usage": null,
    });
    if status != "in_progress" {
        response["usage"] = usage(reply);
    }
    if status == "incomplete" {
        let reason = match reply.finish_reason() {
            FinishReason::Length => "max_output_tokens",
            FinishReason::ContentFilter => "content_filter",
            FinishReason::Stop
            | FinishReason::ToolCalls
            | FinishReason::Error
            | FinishReason::Other => "other",
        };
        response["incomplete_details"] = json!({ "reason": reason });
    }
    response
}

/// The vendor counts the cached input among the rest.
fn usage(reply: &Reply) -> Value {
    let tokens = reply.usage;
    let input = tokens.input + tokens.cache_read + tokens.cache_write;
    json!({
        "input_tokens": input,
        "input_tokens_details": {
            "cached_tokens": tokens.cache_read, "cache_write_tokens": tokens.cache_write,
        },
        "output_tokens": tokens.output,
        "output_tokens_details": { "reasoning_tokens": tokens.reasoning },
        "total_tokens": input + tokens.output,
    })
}
