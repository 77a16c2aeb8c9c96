//! A reply → the chunks of a stream. The vendor ends its lines with CR LF and has no terminal event.

use std::time::Duration;

use bytes::Bytes;
use domain::FinishReason;
use serde_json::{Value, json};

use super::{error, thought_signature_of};
use crate::fake_provider::reply::{Reply, Step};
use crate::fake_provider::wire::Emission;

/// Stands where the text of arguments goes, which may be no JSON.
const ARGUMENTS: &str = "\"the arguments\"";

/// The chunks of an answer's body.
pub(super) fn render(reply: &Reply, model: &str, serial: usize) -> Vec<Emission> {
    let mut answer = Answer {
        reply,
        model,
        serial,
        parts: 0,
        called: false,
        out: Vec::new(),
    };
    for step in &reply.steps {
        if answer.step(step) {
            return answer.out;
        }
    }
    let mut last = answer.chunk(&json!({ "text": "" }), true);
    last["candidates"][0]["finishReason"] = json!(match reply.finish_reason() {
        FinishReason::Stop | FinishReason::ToolCalls => "STOP",
        FinishReason::Length => "MAX_TOKENS",
        FinishReason::ContentFilter => "SAFETY",
        FinishReason::Error | FinishReason::Other => "OTHER",
    });
    answer.send(&last.to_string());
    answer.out
}

struct Answer<'a> {
    reply: &'a Reply,
    model: &'a str,
    serial: usize,
    parts: usize,
    called: bool,
    out: Vec<Emission>,
}

impl Answer<'_> {
    fn send(&mut self, data: &str) {
        let frame = format!("data: {data}\r\n\r\n");
        self.out.push(Emission::Bytes(Bytes::from(frame)));
    }

    fn chunk(&self, part: &Value, last: bool) -> Value {
        json!({
            "candidates": [{ "content": { "parts": [part], "role": "model" }, "index": 0 }],
            "usageMetadata": usage(self.reply, last),
            "modelVersion": self.model, "responseId": format!("resp_{:04}", self.serial),
        })
    }

    fn part(&mut self, part: &Value) {
        let chunk = self.chunk(part, false);
        self.send(&chunk.to_string());
    }

    fn signature(&mut self) -> String {
        self.parts += 1;
        thought_signature_of(&format!("{:04}-{}", self.serial, self.parts))
    }

    /// True where the answer ends with this step.
    fn step(&mut self, step: &Step) -> bool {
        match step {
            Step::Text(chunks) => {
                for text in chunks.pieces() {
                    self.part(&json!({ "text": text }));
                }
            }
            Step::Thinking(chunks) => {
                for text in chunks.pieces() {
                    self.part(&json!({ "text": text, "thought": true }));
                }
            }
            Step::Redacted(_) => {
                let signature = self.signature();
                self.part(&json!({ "text": "", "thoughtSignature": signature }));
            }
            Step::Tool {
                name,
                input,
                fragments,
                ..
            } => {
                let arguments = match (fragments, input) {
                    (Some(fragments), _) => fragments.concat(),
                    (None, Some(input)) => input.to_string(),
                    (None, None) => "{}".to_owned(),
                };
                self.call(name, &arguments);
            }
            Step::DelayMs(delay) => self.out.push(Emission::Wait(Duration::from_millis(*delay))),
            Step::Hold => self.out.push(Emission::Hold),
            Step::Raw(bytes) => self.out.push(Emission::Bytes(Bytes::from(bytes.clone()))),
            Step::Stall => {
                self.out.push(Emission::Stall);
                return true;
            }
            Step::Error { kind, message } => {
                self.send(&error(kind, message).to_string());
                return true;
            }
        }
        false
    }

    /// Whole, and of calls in parallel the first alone is signed.
    fn call(&mut self, name: &str, arguments: &str) {
        let mut part = json!({ "functionCall": { "name": name, "args": "the arguments" } });
        if !self.called {
            part["thoughtSignature"] = json!(self.signature());
        }
        self.called = true;
        let chunk = self.chunk(&part, false).to_string();
        self.send(&chunk.replacen(ARGUMENTS, arguments, 1));
    }
}

/// The vendor counts thoughts apart, and the cached input among the rest.
fn usage(reply: &Reply, last: bool) -> Value {
    let tokens = reply.usage;
    let input = tokens.input + tokens.cache_read + tokens.cache_write;
    let mut usage = json!({
        "promptTokenCount": input, "cachedContentTokenCount": tokens.cache_read,
        "totalTokenCount": input,
    });
    if last {
        usage["candidatesTokenCount"] = json!(tokens.output.saturating_sub(tokens.reasoning));
        usage["thoughtsTokenCount"] = json!(tokens.reasoning);
        usage["totalTokenCount"] = json!(input + tokens.output);
    }
    usage
}
