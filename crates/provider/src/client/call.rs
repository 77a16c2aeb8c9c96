//! A call's life over its attempts.
//!
//! **Invariant:** once content was handed out, nothing is sent a second time.

use std::collections::VecDeque;
use std::mem;

use domain::{Delta, ErrorInfo};

use super::Client;
use super::attempt::{Attempt, Progress};
use super::failure::{Failure, Origin};
use crate::dialect::Encoded;

pub(super) struct Call {
    client: Client,
    origin: Origin,
    request: Encoded,
    state: State,
    retries: u32,
    /// Whether content was handed out, or is about to be.
    spoken: bool,
    ready: VecDeque<Delta>,
    /// Reused from chunk to chunk.
    decoded: Vec<Delta>,
}

enum State {
    /// The next attempt is to be made.
    Due,
    Reading(Box<Attempt>),
    /// All is read; `Finish` is held back until the connection is free, since few read behind it.
    Ending(Box<Attempt>, Delta),
    /// All that is left is to say so, behind what is ready.
    Failed(Box<ErrorInfo>),
    Over,
}

impl Call {
    pub(super) fn new(client: Client, origin: Origin, request: Encoded) -> Self {
        Self {
            client,
            origin,
            request,
            state: State::Due,
            retries: 0,
            spoken: false,
            ready: VecDeque::new(),
            decoded: Vec::new(),
        }
    }

    /// The next entry of the stream; none behind `Finish` or a failure.
    pub(super) async fn next(&mut self) -> Option<Result<Delta, ErrorInfo>> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                return Some(Ok(delta));
            }
            match mem::replace(&mut self.state, State::Over) {
                State::Over => return None,
                State::Failed(info) => return Some(Err(*info)),
                State::Due => {
                    match Attempt::open(&self.client, &self.origin, &self.request).await {
                        Ok(attempt) => self.state = State::Reading(Box::new(attempt)),
                        Err(failure) => self.failed(failure).await,
                    }
                }
                State::Ending(attempt, finish) => {
                    attempt.drain().await;
                    return Some(Ok(finish));
                }
                State::Reading(attempt) => self.read(attempt).await,
            }
        }
    }

    async fn read(&mut self, mut attempt: Box<Attempt>) {
        let progress = attempt.read(&self.origin, &mut self.decoded).await;
        self.spoken = self.spoken || self.decoded.iter().any(is_content);
        self.ready.extend(self.decoded.drain(..));
        match progress {
            Ok(Progress::More) => self.state = State::Reading(attempt),
            Ok(Progress::Finished) => {
                let finish = self.ready.pop_back();
                self.state = finish.map_or(State::Over, |finish| State::Ending(attempt, finish));
            }
            Err(failure) => {
                drop(attempt);
                self.failed(failure).await;
            }
        }
    }

    /// Waits for the next attempt, or settles that there is none.
    async fn failed(&mut self, failure: Failure) {
        let may = failure.again && !self.spoken;
        let wait = self.client.retry.wait(self.retries, failure.retry_after);
        match wait.filter(|_| may) {
            Some(wait) => {
                let name = &*self.origin.target.name;
                let code = failure.info.code.as_deref();
                tracing::debug!(provider.name = name, code, ?wait, "trying again");
                self.retries += 1;
                // What was counted so far is counted again.
                self.ready.clear();
                tokio::time::sleep(wait).await;
                self.state = State::Due;
            }
            None => self.state = State::Failed(Box::new(failure.info)),
        }
    }
}

/// Whether a client may have been shown something of it.
pub(crate) fn is_content(delta: &Delta) -> bool {
    match delta {
        Delta::Usage(_) | Delta::Fallback(_) | Delta::Adapted(_) => false,
        Delta::Text(_)
        | Delta::Reasoning(_)
        | Delta::ReasoningEnd { .. }
        | Delta::ToolStart { .. }
        | Delta::ToolArguments { .. }
        | Delta::ToolEnd { .. }
        | Delta::Source(_)
        | Delta::Finish(_) => true,
    }
}
