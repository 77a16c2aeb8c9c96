//! What the fake answers, in no vendor's words.
//!
//! The JSON form, as `POST /_script` takes it (all keys are optional):
//!
//! ```json
//! {
//!   "when": "weather",                     // only for a request whose last user turn holds this text
//!   "steps": [
//!     { "thinking": "Let me see." },       // a string is streamed word by word
//!     { "redacted": "x" },                 // thinking that the vendor hides
//!     { "text": ["He", "llo"] },           // a list is streamed exactly so
//!     { "tool": { "name": "lookup", "input": { "q": "a" } } },
//!     { "tool": { "name": "lookup", "fragments": ["{\"q\":", "\"a\"}"], "id": "toolu_x" } },
//!     { "delayMs": 50 },                   // wait here
//!     "hold",                              // wait for POST /_release
//!     "stall",                             // never go on
//!     { "error": { "type": "overloaded_error", "message": "Overloaded" } },   // in the stream; it ends
//!     { "raw": "data: anything\n\n" }      // bytes as they are
//!   ],
//!   "usage": { "input": 10, "cacheRead": 0, "cacheWrite": 0, "output": 5, "reasoning": 0 },
//!   "finish": "length",                    // stop | tool-calls | length | content-filter | other
//!   "chunkDelayMs": 0,                     // between the chunks of the answer
//!   "cutAfter": 100,                       // close the connection after that many bytes of the body
//!   "endAfter": 100,                       // end the body in good form after that many bytes
//!   "headers": { "retry-after": "1" },
//!   "fail": { "status": 429, "type": "rate_limit_error", "message": "slow down", "body": "<html>" },
//!   "silent": true                         // take the request and never answer it
//! }
//! ```
//!
//! `fail` answers with that status in place of a stream; its `body`, where given, is sent as it is.

use std::collections::BTreeMap;

use domain::FinishReason;
use serde::Deserialize;
use serde_json::Value;

/// One scripted answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Reply {
    pub when: Option<String>,
    pub steps: Vec<Step>,
    pub usage: Tokens,
    /// By default `ToolCalls` where a tool is called, else `Stop`.
    pub finish: Option<FinishReason>,
    pub chunk_delay_ms: u64,
    pub cut_after: Option<usize>,
    pub end_after: Option<usize>,
    pub headers: BTreeMap<String, String>,
    pub fail: Option<Failure>,
    pub silent: bool,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Step {
    Text(Chunks),
    Thinking(Chunks),
    Redacted(String),
    Tool {
        name: String,
        #[serde(default)]
        input: Option<Value>,
        #[serde(default)]
        fragments: Option<Vec<String>>,
        /// The fake makes one where there is none.
        #[serde(default)]
        id: Option<String>,
    },
    DelayMs(u64),
    Hold,
    Stall,
    Error {
        #[serde(rename = "type")]
        kind: String,
        message: String,
    },
    Raw(String),
}

/// Text and how it is cut up on its way.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Chunks {
    Words(String),
    Exact(Vec<String>),
}

impl Chunks {
    #[must_use]
    pub fn pieces(&self) -> Vec<&str> {
        match self {
            Self::Words(text) => text.split_inclusive(' ').collect(),
            Self::Exact(chunks) => chunks.iter().map(String::as_str).collect(),
        }
    }
}

/// What the vendor says it counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Tokens {
    /// Without what the cache took or gave.
    pub input: u64,
    pub cache_read: u64,
    pub cache_write: u64,
    pub output: u64,
    pub reasoning: u64,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            input: 10,
            cache_read: 0,
            cache_write: 0,
            output: 5,
            reasoning: 0,
        }
    }
}

/// An answer that is no stream.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    pub status: u16,
    #[serde(rename = "type", default = "any_error")]
    pub kind: String,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub body: Option<String>,
}

fn any_error() -> String {
    "api_error".to_owned()
}

impl Reply {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers with that text, word by word.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new().then_text(text)
    }

    /// Calls one tool.
    #[must_use]
    pub fn tool(name: &str, input: Value) -> Self {
        Self::new().then_tool(name, input)
    }

    /// Answers with that HTTP status and the vendor's own error body.
    #[must_use]
    pub fn fail(status: u16, kind: &str, message: &str) -> Self {
        let fail = Failure {
            status,
            kind: kind.to_owned(),
            message: message.to_owned(),
            body: None,
        };
        Self {
            fail: Some(fail),
            ..Self::new()
        }
    }

    /// Answers with that HTTP status and body, as a proxy between would.
    #[must_use]
    pub fn fail_with_body(status: u16, body: &str) -> Self {
        let mut reply = Self::fail(status, "", "");
        if let Some(fail) = &mut reply.fail {
            fail.body = Some(body.to_owned());
        }
        reply
    }

    /// Takes the request and never answers it.
    #[must_use]
    pub fn silence() -> Self {
        Self {
            silent: true,
            ..Self::new()
        }
    }

    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    #[must_use]
    pub fn then_text(self, text: &str) -> Self {
        self.step(Step::Text(Chunks::Words(text.to_owned())))
    }

    /// Text in exactly these chunks.
    #[must_use]
    pub fn then_chunks(self, chunks: &[&str]) -> Self {
        let chunks = chunks.iter().map(|&chunk| chunk.to_owned()).collect();
        self.step(Step::Text(Chunks::Exact(chunks)))
    }

    #[must_use]
    pub fn then_thinking(self, text: &str) -> Self {
        self.step(Step::Thinking(Chunks::Words(text.to_owned())))
    }

    #[must_use]
    pub fn then_redacted(self, data: &str) -> Self {
        self.step(Step::Redacted(data.to_owned()))
    }

    #[must_use]
    pub fn then_tool(self, name: &str, input: Value) -> Self {
        self.step(Step::Tool {
            name: name.to_owned(),
            input: Some(input),
            fragments: None,
            id: None,
        })
    }

    /// A call whose arguments come in exactly these fragments, valid JSON or not.
    #[must_use]
    pub fn then_tool_fragments(self, name: &str, fragments: &[&str]) -> Self {
        self.step(Step::Tool {
            name: name.to_owned(),
            input: None,
            fragments: Some(fragments.iter().map(|&part| part.to_owned()).collect()),
            id: None,
        })
    }

    #[must_use]
    pub fn then_delay_ms(self, delay: u64) -> Self {
        self.step(Step::DelayMs(delay))
    }

    /// Waits until [`super::FakeProvider::release`].
    #[must_use]
    pub fn then_hold(self) -> Self {
        self.step(Step::Hold)
    }

    #[must_use]
    pub fn then_stall(self) -> Self {
        self.step(Step::Stall)
    }

    /// An error inside the stream, which ends it.
    #[must_use]
    pub fn then_error(self, kind: &str, message: &str) -> Self {
        self.step(Step::Error {
            kind: kind.to_owned(),
            message: message.to_owned(),
        })
    }

    #[must_use]
    pub fn then_raw(self, bytes: &str) -> Self {
        self.step(Step::Raw(bytes.to_owned()))
    }

    #[must_use]
    pub fn when(mut self, text: &str) -> Self {
        self.when = Some(text.to_owned());
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    #[must_use]
    pub fn usage(self, usage: Tokens) -> Self {
        Self { usage, ..self }
    }

    #[must_use]
    pub fn finish(self, reason: FinishReason) -> Self {
        Self {
            finish: Some(reason),
            ..self
        }
    }

    #[must_use]
    pub fn chunk_delay_ms(self, delay: u64) -> Self {
        Self {
            chunk_delay_ms: delay,
            ..self
        }
    }

    /// Closes the connection in the middle, as a lost network does.
    #[must_use]
    pub fn cut_after(self, bytes: usize) -> Self {
        Self {
            cut_after: Some(bytes),
            ..self
        }
    }

    /// Ends the body too early but in good form, as a failing proxy does.
    #[must_use]
    pub fn end_after(self, bytes: usize) -> Self {
        Self {
            end_after: Some(bytes),
            ..self
        }
    }

    /// Why the answer says it ended.
    pub(super) fn finish_reason(&self) -> FinishReason {
        let calls = self
            .steps
            .iter()
            .any(|step| matches!(step, Step::Tool { .. }));
        self.finish.unwrap_or(if calls {
            FinishReason::ToolCalls
        } else {
            FinishReason::Stop
        })
    }
}
