//! An answer's body: sends its chunks in time, and notices where the caller leaves.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;

use super::reply::Reply;
use super::state::OpenAnswer;
use super::wire::Emission;

struct Sending {
    emissions: VecDeque<Emission>,
    chunk_delay: Duration,
    /// Bytes that may still be sent, and whether the body then ends in good form.
    limit: Option<(usize, bool)>,
    answer: OpenAnswer,
}

pub(super) fn body(emissions: Vec<Emission>, reply: &Reply, answer: OpenAnswer) -> Body {
    let cut = reply.cut_after.map(|bytes| (bytes, false));
    let end = reply.end_after.map(|bytes| (bytes, true));
    let sending = Sending {
        emissions: emissions.into(),
        chunk_delay: Duration::from_millis(reply.chunk_delay_ms),
        limit: cut.or(end),
        answer,
    };
    Body::from_stream(stream::unfold(sending, |mut sending| async move {
        let chunk = sending.next().await?;
        Some((chunk, sending))
    }))
}

impl Sending {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        loop {
            if let Some((0, in_good_form)) = self.limit {
                self.answer.finished = true;
                let cut = || io::Error::new(io::ErrorKind::ConnectionReset, "cut by the script");
                return if in_good_form { None } else { Some(Err(cut())) };
            }
            match self.emissions.pop_front() {
                Some(Emission::Bytes(bytes)) => {
                    if !self.chunk_delay.is_zero() {
                        tokio::time::sleep(self.chunk_delay).await;
                    }
                    let bytes = self.within_limit(bytes);
                    self.answer.state.sent(bytes.len());
                    return Some(Ok(bytes));
                }
                Some(Emission::Wait(delay)) => tokio::time::sleep(delay).await,
                Some(Emission::Hold) => {
                    let permit = self.answer.state.gate.acquire().await;
                    if let Ok(permit) = permit {
                        permit.forget();
                    }
                }
                Some(Emission::Stall) => std::future::pending().await,
                None => {
                    self.answer.finished = true;
                    return None;
                }
            }
        }
    }

    fn within_limit(&mut self, mut bytes: Bytes) -> Bytes {
        match &mut self.limit {
            Some((left, _)) => {
                bytes.truncate(*left);
                *left -= bytes.len();
            }
            // A caller may leave as soon as it has the last chunk, before the body's end is asked for.
            None => self.answer.finished = self.emissions.is_empty(),
        }
        bytes
    }
}
