//! The lease of a session: who may write to it.

use domain::{ProjectId, SessionId, Timestamp};

use crate::Session;

/// The right to write to a session, good while its epoch is the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub session: SessionId,
    pub epoch: i64,
}

/// A request for a lease.
#[derive(Clone, Copy, Debug)]
pub struct AcquireLease<'a> {
    pub project: &'a ProjectId,
    pub session: &'a SessionId,
    /// This process, `name#boot`: a node name and a number that is new at each start. A lease of the
    /// same name and another boot was left behind by a process that is dead.
    pub node: &'a str,
    pub now: Timestamp,
    pub until: Timestamp,
}

/// What came of a request for a lease.
#[derive(Clone, Debug, PartialEq)]
pub enum Acquired {
    Taken {
        lease: Lease,
        session: Session,
    },
    /// Another leg runs.
    Busy,
    NotFound,
    Expired {
        session: Session,
    },
}

/// How a session is found by a leg that has not taken it yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// `rev` changes with whatever is written to the session.
    Free {
        session: Box<Session>,
        rev: i64,
        /// Whether an execution waits for tool results, which a new one would end.
        waiting: bool,
    },
    /// Another leg runs.
    Busy,
    NotFound,
    Expired,
}
