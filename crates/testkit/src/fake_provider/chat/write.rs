//! A reply → the chunks of a stream.

use std::time::Duration;

use bytes::Bytes;
use domain::FinishReason;
use serde_json::{Value, json};

use super::signature_of;
use super::ways::{CallStyle, Thoughts, Usage, Ways};
use crate::fake_provider::reply::{Chunks, Reply, Step};
use crate::fake_provider::wire::{self, Emission};

/// The chunks of an answer's body.
pub(super) fn render(
    ways: &Ways,
    reply: &Reply,
    asked: &Value,
    model: &str,
    serial: usize,
) -> Vec<Emission> {
    let mut answer = Answer {
        ways,
        model,
        serial,
        calls: 0,
        out: Vec::new(),
    };
    answer.delta(&json!({ "role": "assistant", "content": "" }));
    for step in &reply.steps {
        if answer.step(step) {
            return answer.out;
        }
    }
    let mut last = answer.chunk(&json!([{
        "index": 0, "delta": {}, "logprobs": null, "finish_reason": reason(reply),
    }]));
    if ways.usage == Usage::Always {
        last["usage"] = usage(reply);
    }
    answer.send(&last);
    if asked["stream_options"]["include_usage"] == json!(true) {
        let mut counted = answer.chunk(&json!([]));
        counted["usage"] = usage(reply);
        answer.send(&counted);
    }
    if ways.says_done {
        answer.data("[DONE]");
    }
    answer.out
}

struct Answer<'a> {
    ways: &'a Ways,
    model: &'a str,
    serial: usize,
    calls: usize,
    out: Vec<Emission>,
}

impl Answer<'_> {
    fn data(&mut self, data: &str) {
        let frame = format!("data: {data}\n\n");
        self.out.push(Emission::Bytes(Bytes::from(frame)));
    }

    fn send(&mut self, chunk: &Value) {
        self.data(&chunk.to_string());
    }

    fn chunk(&self, choices: &Value) -> Value {
        json!({
            "id": format!("chatcmpl-{:04}", self.serial), "object": "chat.completion.chunk",
            "created": 1_767_225_600, "model": self.model, "system_fingerprint": "fp_fake",
            "choices": choices, "usage": null,
        })
    }

    fn delta(&mut self, delta: &Value) {
        let choice =
            json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": null }]);
        let chunk = self.chunk(&choice);
        self.send(&chunk);
    }

    /// True where the answer ends with this step.
    fn step(&mut self, step: &Step) -> bool {
        match step {
            Step::Text(chunks) => {
                for text in chunks.pieces() {
                    self.delta(&json!({ "content": text }));
                }
            }
            Step::Thinking(chunks) => self.think(chunks),
            Step::Redacted(data) => self.hide(data),
            Step::Tool {
                name,
                input,
                fragments,
                id,
            } => {
                let fragments = match (fragments, input) {
                    (Some(fragments), _) => fragments.clone(),
                    (None, Some(input)) => wire::fragments(input),
                    (None, None) => Vec::new(),
                };
                self.call(name, &fragments, id.as_deref());
            }
            Step::DelayMs(delay) => self.out.push(Emission::Wait(Duration::from_millis(*delay))),
            Step::Hold => self.out.push(Emission::Hold),
            Step::Raw(bytes) => self.out.push(Emission::Bytes(Bytes::from(bytes.clone()))),
            Step::Stall => {
                self.out.push(Emission::Stall);
                return true;
            }
            Step::Error { kind, message } => {
                self.send(&json!({ "error": { "message": message, "type": kind, "code": kind } }));
                return true;
            }
        }
        false
    }

    fn think(&mut self, chunks: &Chunks) {
        for text in chunks.pieces() {
            self.delta(&match self.ways.thoughts {
                Thoughts::Content | Thoughts::ContentAndBack => json!({ "reasoning_content": text }),
                Thoughts::Plain => json!({ "reasoning": text }),
                Thoughts::Details => json!({
                    "content": "", "reasoning": text,
                    "reasoning_details": [{ "type": "reasoning.text", "text": text, "index": 0 }],
                }),
                Thoughts::List => json!({
                    "content": [{ "type": "thinking", "thinking": [{ "type": "text", "text": text }] }],
                }),
            });
        }
        if self.ways.thoughts == Thoughts::Details {
            let signature = signature_of(&chunks.pieces().concat());
            self.delta(&json!({
                "content": "", "reasoning": null,
                "reasoning_details": [{
                    "type": "reasoning.text", "text": "", "signature": signature, "index": 0,
                }],
            }));
        }
    }

    /// Others say nothing of what they hide.
    fn hide(&mut self, data: &str) {
        if self.ways.thoughts == Thoughts::Details {
            self.delta(&json!({
                "content": "", "reasoning": null,
                "reasoning_details": [{
                    "type": "reasoning.encrypted", "data": data, "signature": signature_of(data), "index": 0,
                }],
            }));
        }
    }

    fn call(&mut self, name: &str, fragments: &[String], id: Option<&str>) {
        let made = match self.ways.calls {
            CallStyle::WholeWithNine => format!("f{:05}{:03}", self.serial, self.calls),
            CallStyle::Pieces | CallStyle::WholeAtZero => {
                format!("call_{:04}_{}", self.serial, self.calls)
            }
        };
        let index = match self.ways.calls {
            CallStyle::WholeAtZero => 0,
            CallStyle::Pieces | CallStyle::WholeWithNine => self.calls,
        };
        let id = id.unwrap_or(&made);
        self.calls += 1;
        let begun = |arguments: &str| {
            json!({ "tool_calls": [{
                "index": index, "id": id, "type": "function",
                "function": { "name": name, "arguments": arguments },
            }] })
        };
        if self.ways.calls != CallStyle::Pieces {
            self.delta(&begun(&fragments.concat()));
            return;
        }
        self.delta(&begun(""));
        for part in fragments {
            self.delta(
                &json!({ "tool_calls": [{ "index": index, "function": { "arguments": part } }] }),
            );
        }
    }
}

fn reason(reply: &Reply) -> &'static str {
    match reply.finish_reason() {
        FinishReason::Stop => "stop",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::Length => "length",
        FinishReason::ContentFilter => "content_filter",
        FinishReason::Error | FinishReason::Other => "other",
    }
}

/// The format counts the cached input among the rest.
fn usage(reply: &Reply) -> Value {
    let tokens = reply.usage;
    let input = tokens.input + tokens.cache_read + tokens.cache_write;
    json!({
        "prompt_tokens": input, "completion_tokens": tokens.output,
        "total_tokens": input + tokens.output,
        "prompt_tokens_details": {
            "cached_tokens": tokens.cache_read, "cache_write_tokens": tokens.cache_write,
        },
        "completion_tokens_details": { "reasoning_tokens": tokens.reasoning },
    })
}
