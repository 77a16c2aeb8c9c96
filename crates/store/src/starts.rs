//! Sessions that begin together with their first trigger, and the keys that make a repeat of such a
//! request harmless.

use domain::{ExecutionId, SessionId, Timestamp};

use crate::{Lease, NewSession, Session};

/// A session to be stored and taken at once.
#[derive(Clone, Debug)]
pub struct NewStart<'a> {
    pub session: NewSession,
    pub key: Option<StartKey<'a>>,
    /// As in [`crate::AcquireLease`].
    pub node: &'a str,
    pub until: Timestamp,
}

/// The client's name for one `start`, good within a project and an agent.
#[derive(Clone, Copy, Debug)]
pub struct StartKey<'a> {
    pub key: &'a str,
    /// A key that was made before this moment counts for nothing.
    pub since: Timestamp,
}

/// What came of a start.
#[derive(Clone, Debug, PartialEq)]
pub enum Started {
    Fresh {
        lease: Lease,
        session: Box<Session>,
    },
    /// The key was used before.
    Known {
        session: SessionId,
        /// None where the earlier start was never accepted.
        execution: Option<ExecutionId>,
    },
}
