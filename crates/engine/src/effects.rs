//! What the machine wants done. The order is in the shape: `now`, then the commit, then `then`, then
//! the calls.

use std::sync::Arc;

use domain::{Item, LogEntry, ModelRequest, StreamEvent, ToolCall};

use crate::CallId;

/// The outcome of one step. The caller reuses it, so that a text delta allocates nothing here.
#[derive(Debug, Default, PartialEq)]
pub struct Effects {
    /// Events that promise nothing, such as text deltas.
    pub now: Vec<StreamEvent>,
    /// What has to be durable before anything below happens.
    pub commit: Option<Commit>,
    /// Events that rest on the commit.
    pub then: Vec<StreamEvent>,
    pub calls: Vec<(CallId, Request)>,
    /// Calls whose answers are no longer wanted.
    pub aborts: Vec<CallId>,
    /// Entries for the log: they are stored with this commit, or the next one.
    pub log: Vec<LogEntry>,
}

/// One commit point.
#[derive(Debug, PartialEq)]
pub struct Commit {
    pub point: Point,
    pub items: Vec<Arc<Item>>,
    pub state_changed: bool,
}

/// Which commit point it is (RELIABILITY B.2). All but `Step` end the leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// C1, and C0 when it is the first of an execution.
    Step,
    /// C2: external tools are wanted.
    Pause,
    /// C3: the handler is done, or failed.
    End { failed: bool },
    /// C4: the leg was cancelled.
    Stop,
}

/// Something that takes time.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    Model(ModelRequest),
    /// A built-in tool, or what a block needs of one.
    Builtin(Arc<ToolCall>),
}

impl Effects {
    pub fn clear(&mut self) {
        self.now.clear();
        self.commit = None;
        self.then.clear();
        self.calls.clear();
        self.aborts.clear();
        self.log.clear();
    }

    /// Sends an event: at once, unless this step already rests on a commit.
    pub(crate) fn emit(&mut self, event: StreamEvent) {
        if self.commit.is_some() {
            &mut self.then
        } else {
            &mut self.now
        }
        .push(event);
    }

    /// The commit of this step; from here on every event rests on it.
    pub(crate) fn commit(&mut self) -> &mut Commit {
        self.commit.get_or_insert_with(|| Commit {
            point: Point::Step,
            items: Vec::new(),
            state_changed: false,
        })
    }
}
