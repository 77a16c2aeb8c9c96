//! A leg's tape as the body of a response.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::{SessionId, StreamEvent};
use futures_util::Stream;
use runtime::TapeReader;
use serde_json::json;
use tokio::time::{Instant, Sleep, sleep_until};

use super::figures::OpenStream;
use super::openapi::{Describe, Operation};

const MEDIA_TYPE: &str = "text/event-stream";

/// How long a stream may be silent: clients give up after 60 s (CONTRACT D16).
const HEARTBEAT_AFTER: Duration = Duration::from_secs(15);
const HEARTBEAT: Bytes = Bytes::from_static(b": heartbeat\n\n");

/// A leg's events, streamed as they come.
pub(crate) struct Events(pub(crate) TapeReader);

impl IntoResponse for Events {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, MEDIA_TYPE),
            (header::CACHE_CONTROL, "no-cache"),
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ];
        let silence = Box::pin(sleep_until(Instant::now() + HEARTBEAT_AFTER));
        let body = WithHeartbeat {
            reader: self.0,
            last: Instant::now(),
            silence,
            _open: OpenStream::new(),
        };
        (headers, Body::from_stream(body)).into_response()
    }
}

impl Describe for Events {
    fn describe(operation: &mut Operation<'_>) {
        let event = operation.output::<StreamEvent>();
        let json = json!({ "contentMediaType": "application/json", "contentSchema": event });
        // For a stream the schema is that of one event, as OpenAPI 3.2 came to call `itemSchema`.
        let schema = json!({
            "type": "object",
            "description": "One event of the stream: a line `data: …` and an empty line. \
                The last is `data: [DONE]`; a line that begins with a colon is to be ignored.",
            "properties": { "data": { "type": "string", "anyOf": [{ "const": "[DONE]" }, json] } },
            "required": ["data"],
        });
        operation.answers(StatusCode::OK, MEDIA_TYPE, schema);
    }
}

/// The header that names a session that was made for the request.
const SESSION_HEADER: &str = "x-octavus-session-id";

/// The events of a session's first leg.
pub(crate) struct InSession(pub(crate) SessionId, pub(crate) Events);

impl IntoResponse for InSession {
    fn into_response(self) -> Response {
        let Self(session, events) = self;
        let mut response = events.into_response();
        // Our own ids are always a header's text.
        if let Ok(id) = HeaderValue::from_str(session.as_str()) {
            response.headers_mut().insert(SESSION_HEADER, id);
        }
        response
    }
}

impl Describe for InSession {
    fn describe(operation: &mut Operation<'_>) {
        Events::describe(operation);
        operation.answers_header(StatusCode::OK, SESSION_HEADER, "The id of the new session.");
    }
}

/// The tape, and a comment line whenever it was silent for long. The timer is moved when it fires, not
/// at each event.
struct WithHeartbeat {
    reader: TapeReader,
    last: Instant,
    silence: Pin<Box<Sleep>>,
    _open: OpenStream,
}

impl Stream for WithHeartbeat {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.reader).poll_next(context) {
            Poll::Ready(bytes) => {
                self.last = Instant::now();
                return Poll::Ready(bytes.map(Ok));
            }
            Poll::Pending => {}
        }
        while self.silence.as_mut().poll(context).is_ready() {
            let due = self.last + HEARTBEAT_AFTER;
            if due <= Instant::now() {
                self.last = Instant::now();
                let next = self.last + HEARTBEAT_AFTER;
                self.silence.as_mut().reset(next);
                return Poll::Ready(Some(Ok(HEARTBEAT)));
            }
            self.silence.as_mut().reset(due);
        }
        Poll::Pending
    }
}
