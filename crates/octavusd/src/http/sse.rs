//! A leg's tape as the body of a response.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::Stream;
use runtime::TapeReader;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a stream may be silent: clients give up after 60 s (CONTRACT D16).
const HEARTBEAT_AFTER: Duration = Duration::from_secs(15);
const HEARTBEAT: Bytes = Bytes::from_static(b": heartbeat\n\n");

/// Answers with a stream of events.
pub(crate) fn response(reader: TapeReader) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    let silence = Box::pin(sleep_until(Instant::now() + HEARTBEAT_AFTER));
    (
        headers,
        Body::from_stream(WithHeartbeat {
            reader,
            last: Instant::now(),
            silence,
        }),
    )
        .into_response()
}

/// The tape, and a comment line whenever it was silent for long. The timer is moved when it fires, not
/// at each event.
struct WithHeartbeat {
    reader: TapeReader,
    last: Instant,
    silence: Pin<Box<Sleep>>,
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
