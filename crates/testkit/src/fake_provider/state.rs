//! What a fake knows: its script, what it was asked, and which answers are under way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Semaphore, watch};

use super::reply::Reply;

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recorded {
    pub path: String,
    /// The caller's address: the same for requests over one connection.
    pub peer: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    /// The rule that it broke.
    pub violation: Option<String>,
}

/// How many of what. An answer is open from the request's arrival to the end of its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub requests: usize,
    /// Answers under way.
    pub open: usize,
    /// Answers sent to their scripted end, be it a cut.
    pub finished: usize,
    /// Answers that their caller dropped.
    pub aborted: usize,
    /// Replies that wait in the script.
    pub queued: usize,
}

pub(super) struct State {
    script: Mutex<Script>,
    requests: Mutex<Vec<Recorded>>,
    /// Of requests, never reset: the ids made of it must not come back in one conversation.
    serial: AtomicUsize,
    counts: watch::Sender<Counts>,
    bytes: AtomicUsize,
    pub(super) gate: Semaphore,
}

struct Script {
    queue: VecDeque<Reply>,
    default: Reply,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            default: Reply::text("This reply is not in the script."),
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            script: Mutex::default(),
            requests: Mutex::default(),
            serial: AtomicUsize::new(1),
            counts: watch::Sender::default(),
            bytes: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub(super) fn push(&self, reply: Reply) {
        lock(&self.script).queue.push_back(reply);
        self.counts.send_modify(|counts| counts.queued += 1);
    }

    pub(super) fn set_default(&self, reply: Reply) {
        lock(&self.script).default = reply;
    }

    pub(super) fn release(&self) {
        self.gate.add_permits(1);
    }

    pub(super) fn requests(&self) -> Vec<Recorded> {
        lock(&self.requests).clone()
    }

    pub(super) fn violations(&self) -> Vec<String> {
        let requests = lock(&self.requests);
        requests
            .iter()
            .filter_map(|request| request.violation.clone())
            .collect()
    }

    pub(super) fn sent(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn bytes_sent(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    pub(super) async fn until(&self, wanted: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.counts.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        counts
            .wait_for(wanted)
            .await
            .map_or_else(|_| self.counts(), |counts| *counts)
    }

    /// Forgets the script and all that was asked; answers under way go on.
    pub(super) fn reset(&self) {
        *lock(&self.script) = Script::default();
        lock(&self.requests).clear();
        self.counts.send_modify(|counts| {
            *counts = Counts {
                open: counts.open,
                ..Counts::default()
            }
        });
    }

    /// The first reply of the script that is meant for such a request.
    pub(super) fn next_reply(&self, last_user_text: &str) -> Reply {
        let mut script = lock(&self.script);
        let fits = |reply: &Reply| {
            let when = reply.when.as_deref();
            when.is_none_or(|text| last_user_text.contains(text))
        };
        let at = script.queue.iter().position(fits);
        match at.and_then(|at| script.queue.remove(at)) {
            Some(reply) => {
                self.counts.send_modify(|counts| counts.queued -= 1);
                reply
            }
            None => script.default.clone(),
        }
    }

    /// Notes a request and gives its serial number.
    pub(super) fn record(self: &Arc<Self>, request: Recorded) -> (usize, OpenAnswer) {
        lock(&self.requests).push(request);
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        self.counts.send_modify(|counts| {
            counts.requests += 1;
            counts.open += 1;
        });
        let answer = OpenAnswer {
            state: Arc::clone(self),
            finished: false,
        };
        (serial, answer)
    }
}

/// Counts one answer as open; dropped before it is finished, it was the caller who left.
pub(super) struct OpenAnswer {
    pub(super) state: Arc<State>,
    pub(super) finished: bool,
}

impl Drop for OpenAnswer {
    fn drop(&mut self) {
        let finished = self.finished;
        self.state.counts.send_modify(|counts| {
            counts.open -= 1;
            if finished {
                counts.finished += 1;
            } else {
                counts.aborted += 1;
            }
        });
    }
}
