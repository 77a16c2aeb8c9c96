//! The fake vendor: it speaks the Responses format of OpenAI and knows one answer.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use crate::http::{self, Body};
use crate::token;

/// How the vendor answers.
#[derive(Clone, Copy)]
pub struct Pace {
    pub tokens: u32,
    /// Between two tokens; at nothing they are written as fast as they are read.
    pub every: Duration,
}

/// Serves until the process ends.
pub async fn serve(port: u16) -> Result<()> {
    let pace = Arc::new(Mutex::new(Pace {
        tokens: 64,
        every: Duration::ZERO,
    }));
    http::serve(port, move |request| answer(Arc::clone(&pace), request)).await
}

async fn answer(shared: Arc<Mutex<Pace>>, request: Request<Incoming>) -> Result<Response<Body>> {
    let pace = *shared.lock().unwrap_or_else(PoisonError::into_inner);
    if request.method() == Method::PUT {
        let next = pace_of(request.uri().query().unwrap_or_default())?;
        *shared.lock().unwrap_or_else(PoisonError::into_inner) = next;
        return http::empty(StatusCode::NO_CONTENT);
    }
    if request.uri().path() != "/v1/responses" {
        return http::empty(StatusCode::NOT_FOUND);
    }
    request.into_body().collect().await?;
    http::event_stream(reply(pace))
}

/// `tokens=64&every=0`, in microseconds.
fn pace_of(query: &str) -> Result<Pace> {
    let number = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
            .with_context(|| format!("no `{name}`"))
    };
    Ok(Pace {
        tokens: number("tokens")?.parse()?,
        every: Duration::from_micros(number("every")?.parse()?),
    })
}

fn reply(pace: Pace) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let begun = Instant::now();
    // The first write holds all that comes before a token, the last one all that comes behind.
    stream::unfold((0, String::new()), move |(written, mut text)| async move {
        if written == pace.tokens + 2 {
            return None;
        }
        wait(begun, pace, written).await;
        let bytes = if written == 0 {
            beginning()
        } else if written <= pace.tokens {
            let token = token::stamped();
            text.push_str(&token);
            event(
                "response.output_text.delta",
                json!({ "output_index": 0, "item_id": "msg_1", "content_index": 0, "delta": token, "logprobs": [] }),
            )
        } else {
            end(&text, pace.tokens)
        };
        Some((Ok(Bytes::from(bytes)), (written + 1, text)))
    })
}

/// Waits for the time of a write. The first token comes at once: a timer would round it up.
async fn wait(begun: Instant, pace: Pace, written: u32) {
    if pace.every.is_zero() {
        // Else hyper would fill a buffer with many tokens, as no model does.
        yield_now().await;
    } else if written > 1 {
        sleep_until(begun + pace.every * (written - 1)).await;
    }
}

fn beginning() -> String {
    let part = json!({ "type": "output_text", "annotations": [], "logprobs": [], "text": "" });
    [
        event(
            "response.created",
            json!({ "response": response("in_progress", json!([]), Value::Null) }),
        ),
        event(
            "response.output_item.added",
            json!({ "output_index": 0, "item": message("in_progress", json!([])) }),
        ),
        event(
            "response.content_part.added",
            json!({ "output_index": 0, "item_id": "msg_1", "content_index": 0, "part": part }),
        ),
    ]
    .concat()
}

fn end(text: &str, tokens: u32) -> String {
    let part = json!({ "type": "output_text", "annotations": [], "logprobs": [], "text": text });
    let done = message("completed", json!([part]));
    let usage = json!({
        "input_tokens": 20, "input_tokens_details": { "cached_tokens": 0 },
        "output_tokens": tokens, "output_tokens_details": { "reasoning_tokens": 0 },
        "total_tokens": tokens + 20,
    });
    [
        event("response.output_text.done", json!({ "output_index": 0, "item_id": "msg_1", "content_index": 0, "text": text, "logprobs": [] })),
        event("response.content_part.done", json!({ "output_index": 0, "item_id": "msg_1", "content_index": 0, "part": part })),
        event("response.output_item.done", json!({ "output_index": 0, "item": done })),
        event("response.completed", json!({ "response": response("completed", json!([done]), usage) })),
    ]
    .concat()
}

fn message(status: &str, content: Value) -> Value {
    json!({ "id": "msg_1", "type": "message", "status": status, "role": "assistant", "content": content })
}

fn response(status: &str, output: Value, usage: Value) -> Value {
    json!({
        "id": "resp_1", "object": "response", "created_at": 0, "status": status, "model": "bench",
        "output": output, "usage": usage, "error": null, "incomplete_details": null,
    })
}

fn event(kind: &str, mut data: Value) -> String {
    data["type"] = kind.into();
    format!("event: {kind}\ndata: {data}\n\n")
}
