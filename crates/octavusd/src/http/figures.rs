//! What an operator watches of the API: its answers, and its open streams.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{Counter, Gauge, counter, describe_counter, describe_gauge, gauge};

const RESPONSES: &str = "octavusd_http_responses_total";
const STREAMS: &str = "octavusd_streams";

/// 429 and 503 stand by themselves: they say that the server has enough.
const KINDS: [&str; 7] = ["2xx", "3xx", "4xx", "5xx", "429", "503", "1xx"];

/// A counter for each kind of answer.
pub(super) struct Responses([Counter; KINDS.len()]);

impl Responses {
    pub(super) fn new() -> Arc<Self> {
        describe_counter!(RESPONSES, "Answers, by status");
        describe_gauge!(STREAMS, "Streams whose clients still read");
        Arc::new(Self(
            KINDS.map(|kind| counter!(RESPONSES, "status" => kind)),
        ))
    }
}

fn kind(status: StatusCode) -> &'static str {
    match status.as_u16() {
        429 => "429",
        503 => "503",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
        _ => "1xx",
    }
}

/// Counts each answer.
pub(super) async fn count(
    State(responses): State<Arc<Responses>>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let kind = kind(response.status());
    let index = KINDS.iter().position(|known| *known == kind);
    if let Some(counter) = index.and_then(|index| responses.0.get(index)) {
        counter.increment(1);
    }
    response
}

/// A stream that counts as open until this is dropped.
pub(super) struct OpenStream(Gauge);

impl OpenStream {
    pub(super) fn new() -> Self {
        let open = gauge!(STREAMS);
        open.increment(1);
        Self(open)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
