//! What flows from a leg to its client: bytes of SSE, framed once.
//!
//! The writer appends, and calls the reader when it has nothing more to append for now; the reader takes
//! all there is in one go. The writer can tell when the reader is
//! a full tape behind, and the reader's drop is how a leg learns that its client left.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{BufMut, Bytes, BytesMut};
use domain::wire::WireVersion;
use domain::{ErrorInfo, ErrorType, StreamEvent};
use futures_util::Stream;
use tokio_util::sync::CancellationToken;

/// The reader is called for so much, even if there is more to come at once.
const PLENTY: usize = 16 * 1024;

/// The end of every stream (CONTRACT 3.0).
const DONE: &[u8] = b"data: [DONE]\n\n";

#[derive(Default)]
struct Tape {
    unread: BytesMut,
    closed: bool,
    reader_gone: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

type Shared = Arc<Mutex<Tape>>;

/// The leg's end.
pub(crate) struct TapeWriter {
    tape: Shared,
    wire: WireVersion,
    capacity: usize,
    /// Whether there is something that the reader was not called for.
    unheard: bool,
    ended: bool,
}

/// The client's end: a stream of bytes. Dropping it cancels the leg.
pub struct TapeReader {
    tape: Shared,
    _gone: tokio_util::sync::DropGuard,
}

/// A tape for one leg. `gone` is cancelled when the reader is dropped.
pub(crate) fn new(
    wire: WireVersion,
    capacity: usize,
    gone: CancellationToken,
) -> (TapeWriter, TapeReader) {
    let tape = Shared::default();
    let writer = TapeWriter {
        tape: Arc::clone(&tape),
        wire,
        capacity,
        unheard: false,
        ended: false,
    };
    (
        writer,
        TapeReader {
            tape,
            _gone: gone.drop_guard(),
        },
    )
}

/// A panic while the lock was held leaves bytes at the worst, never a broken tape.
fn lock(tape: &Mutex<Tape>) -> MutexGuard<'_, Tape> {
    tape.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TapeWriter {
    /// Appends events as this client reads them. With a terminal one the tape is closed; behind it only
    /// the usage of the run may stand.
    pub(crate) fn send(&mut self, events: impl IntoIterator<Item = StreamEvent>) {
        if self.ended {
            return;
        }
        let mut tape = lock(&self.tape);
        if tape.closed {
            return;
        }
        for event in events {
            if self.ended && !matches!(event, StreamEvent::Usage { .. }) {
                continue;
            }
            self.ended |= event.is_terminal();
            self.wire
                .event(event, |event| write_frame(&mut tape.unread, &event));
        }
        if self.ended {
            tape.unread.extend_from_slice(DONE);
            tape.closed = true;
        }
        if tape.reader_gone {
            tape.unread.clear();
        }
        self.unheard = true;
        let enough = tape.closed || tape.unread.len() >= PLENTY;
        drop(tape);
        if enough {
            self.call_reader();
        }
    }

    /// Whether the reader is to be called before the writer rests.
    pub(crate) fn is_unheard(&self) -> bool {
        self.unheard
    }

    /// What was sent so far leaves.
    pub(crate) fn call_reader(&mut self) {
        self.unheard = false;
        let reader = lock(&self.tape).reader.take();
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Waits until the reader is less than a full tape behind.
    pub(crate) async fn room(&mut self) {
        poll_fn(|context| {
            let mut tape = lock(&self.tape);
            if tape.unread.len() < self.capacity || tape.reader_gone {
                return Poll::Ready(());
            }
            tape.writer = Some(context.waker().clone());
            if let Some(reader) = tape.reader.take() {
                drop(tape);
                reader.wake();
            }
            Poll::Pending
        })
        .await;
    }
}

impl Drop for TapeWriter {
    /// A leg that ends without a terminal event was cut by a defect; its client is told so, since a
    /// bare end of the stream reads as success (RELIABILITY A.2).
    fn drop(&mut self) {
        if !self.ended {
            let error = ErrorInfo::platform(
                ErrorType::InternalError,
                "The execution failed unexpectedly.",
            );
            self.send([StreamEvent::Error(error.retryable(true))]);
        }
    }
}

/// One line of JSON behind `data: `. JSON has no raw line break, so a frame is always one line.
fn write_frame(buffer: &mut BytesMut, event: &StreamEvent) {
    let start = buffer.len();
    buffer.extend_from_slice(b"data: ");
    match serde_json::to_writer((&mut *buffer).writer(), event) {
        Ok(()) => buffer.extend_from_slice(b"\n\n"),
        Err(error) => {
            buffer.truncate(start);
            tracing::error!(%error, "an event could not be written as JSON");
        }
    }
}

impl Stream for TapeReader {
    type Item = Bytes;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut tape = lock(&self.tape);
        if tape.unread.is_empty() {
            if tape.closed {
                return Poll::Ready(None);
            }
            tape.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let bytes = tape.unread.split().freeze();
        if let Some(writer) = tape.writer.take() {
            writer.wake();
        }
        Poll::Ready(Some(bytes))
    }
}

impl Drop for TapeReader {
    fn drop(&mut self) {
        let mut tape = lock(&self.tape);
        tape.reader_gone = true;
        tape.unread.clear();
        if let Some(writer) = tape.writer.take() {
            writer.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use futures_util::{FutureExt, StreamExt};

    use super::*;

    /// A waker, and how often it was called.
    fn counting_waker() -> (Waker, Arc<AtomicUsize>) {
        struct Count(Arc<AtomicUsize>);
        impl Wake for Count {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let count = Arc::new(AtomicUsize::new(0));
        (Arc::new(Count(Arc::clone(&count))).into(), count)
    }

    fn text(delta: &str) -> StreamEvent {
        StreamEvent::TextDelta {
            id: "1".into(),
            delta: delta.into(),
            worker_id: None,
        }
    }

    fn finish() -> StreamEvent {
        StreamEvent::Finish {
            finish_reason: domain::FinishReason::Stop,
            execution_id: "e".into(),
        }
    }

    async fn rest(reader: TapeReader) -> String {
        let chunks: Vec<Bytes> = reader.collect().await;
        String::from_utf8(chunks.concat()).expect("SSE is UTF-8")
    }

    #[tokio::test]
    async fn a_stream_is_one_line_of_json_per_event_and_done() {
        let (mut writer, reader) = new(WireVersion::V4, 1024, CancellationToken::new());
        writer.send([text("a\nb"), finish()]);
        assert_eq!(
            rest(reader).await,
            "data: {\"type\":\"text-delta\",\"id\":\"1\",\"delta\":\"a\\nb\"}\n\n\
             data: {\"type\":\"finish\",\"finishReason\":\"stop\",\"executionId\":\"e\"}\n\n\
             data: [DONE]\n\n"
        );
    }

    #[tokio::test]
    async fn nothing_follows_a_terminal_event() {
        let (mut writer, reader) = new(WireVersion::V4, 1024, CancellationToken::new());
        writer.send([finish(), text("late")]);
        drop(writer);
        let text = rest(reader).await;
        assert!(!text.contains("late") && !text.contains("error"), "{text}");
        assert_eq!(text.matches("[DONE]").count(), 1);
    }

    #[tokio::test]
    async fn the_usage_of_a_run_may_follow_its_end() {
        let usage = || StreamEvent::Usage {
            cost: domain::Cost::default(),
            tokens: domain::Usage::default().into(),
        };
        for (wire, expected) in [(WireVersion::V4, 1), (WireVersion::Legacy, 0)] {
            let (mut writer, reader) = new(wire, 1024, CancellationToken::new());
            writer.send([finish(), usage(), text("late")]);
            writer.send([usage()]);
            let read = rest(reader).await;
            assert_eq!(
                read.matches("\"type\":\"usage\"").count(),
                expected,
                "{read}"
            );
            assert!(
                !read.contains("late") && read.ends_with("data: [DONE]\n\n"),
                "{read}"
            );
        }
    }

    #[tokio::test]
    async fn a_dropped_writer_tells_the_client_of_an_error() {
        let (writer, reader) = new(WireVersion::V4, 1024, CancellationToken::new());
        drop(writer);
        let text = rest(reader).await;
        assert!(text.contains("\"errorType\":\"internal_error\""), "{text}");
        assert!(text.ends_with("data: [DONE]\n\n"));
    }

    #[tokio::test]
    async fn a_reader_is_called_once_for_all_there_is() {
        let (mut writer, mut reader) = new(WireVersion::V4, 1024, CancellationToken::new());
        let mut next = std::pin::pin!(reader.next());
        let (waker, called) = counting_waker();
        let mut context = Context::from_waker(&waker);
        assert!(next.as_mut().poll(&mut context).is_pending());
        writer.send([text("a")]);
        writer.send([text("b")]);
        assert_eq!(called.load(Ordering::Relaxed), 0);
        writer.call_reader();
        assert_eq!(called.load(Ordering::Relaxed), 1);
        let Poll::Ready(Some(bytes)) = next.as_mut().poll(&mut context) else {
            panic!("there is something to read");
        };
        assert_eq!(bytes.windows(5).filter(|it| it == b"data:").count(), 2);
    }

    #[tokio::test]
    async fn the_end_calls_the_reader() {
        let (mut writer, reader) = new(WireVersion::V4, 1024, CancellationToken::new());
        let rest = rest(reader);
        let (text, ()) = tokio::join!(rest, async { writer.send([finish()]) });
        assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
    }

    #[tokio::test]
    async fn a_full_tape_waits_for_its_reader() {
        let (mut writer, mut reader) = new(WireVersion::V4, 10, CancellationToken::new());
        writer.send([text("more than ten bytes")]);
        assert!(writer.room().now_or_never().is_none());
        assert!(reader.next().await.is_some());
        assert!(writer.room().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_dropped_reader_cancels_and_frees_the_writer() {
        let gone = CancellationToken::new();
        let (mut writer, reader) = new(WireVersion::V4, 10, gone.clone());
        writer.send([text("more than ten bytes")]);
        drop(reader);
        assert!(gone.is_cancelled());
        assert!(writer.room().now_or_never().is_some());
    }
}
