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
