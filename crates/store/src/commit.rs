//! What a running leg writes.

use std::sync::Arc;

use domain::{ExecutionId, Item, LogRecord, SessionState, Timestamp};

/// What one commit point writes.
#[derive(Clone, Debug)]
pub struct CommitWrite<'a> {
    pub execution: &'a ExecutionId,
    pub leg: u32,
    /// C0 and C2': the first commit of a leg. The execution is made or set running; a first leg
    /// stops what was open in the session and drops its pause.
    pub begin: bool,
    /// The execution is the one that the session's start key stands for from now on.
    pub keyed: bool,
    /// Drops every item from this seq on before the new ones are added: a rollback, or a continuation
    /// that is run again. A seq behind the last item drops nothing.
    pub rewind: Option<i64>,
    pub point: CommitPoint<'a>,
    /// New items, in order.
    pub items: &'a [Arc<Item>],
    /// The session's values, where they changed.
    pub state: Option<&'a SessionState>,
    pub log: &'a [LogRecord],
    pub now: Timestamp,
    /// The session's new expiry.
    pub expires: Timestamp,
}

/// Which commit point it is, and what becomes of execution and lease.
#[derive(Clone, Copy, Debug)]
pub enum CommitPoint<'a> {
    /// C0, C1, C2': the lease stays.
    Step,
    /// C2: the execution waits with this frame; the lease is released.
    Pause { frame: &'a str },
    /// C3: done or failed; the pause is dropped; the lease is released.
    End { failed: bool },
    /// C4: stopped; the pause is kept; the lease is released.
    Stop,
}
