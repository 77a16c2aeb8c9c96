//! Replies as a test writes them: `Reply::text("Hi")`, `Reply::new().then_thinking("…").then_text("…")`.

use domain::FinishReason;
use serde_json::Value;

use super::reply::{Chunks, Failure, Reply, Step, Tokens};

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
}
