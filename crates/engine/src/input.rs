//! What the world tells the machine.

use std::sync::Arc;

use domain::{Delta, ErrorInfo, JsonMap, Sender, ToolAnswer};

use crate::CallId;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The first input of an execution.
    Trigger(Trigger),
    /// The first input of a later leg. `leg` is greater than that of every leg before it, those that
    /// were cut and are repeated included.
    Continue { leg: u32, results: Vec<ToolAnswer> },
    /// Something that was asked for came. One for an unknown call is late, and ignored.
    Reply(CallId, Reply),
    /// The leg must end.
    Cancel(CancelReason),
}

/// What a client fires; its input is checked against the protocol already.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    pub name: Arc<str>,
    pub input: JsonMap,
    pub sender: Option<Sender>,
}

/// A piece of an answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Delta(Delta),
    Failed(ErrorInfo),
}

/// Why a leg must end early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReason {
    /// The client went away: nobody listens any more.
    Disconnected,
    /// The server shuts down.
    Draining,
    /// The leg took longer than it may.
    TimeLimit,
}
