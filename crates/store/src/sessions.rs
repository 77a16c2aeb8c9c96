//! Sessions, without what is said in them.

use std::sync::Arc;

use domain::{AgentId, Item, ProjectId, RevisionId, SessionId, SessionState, Timestamp};

/// A session to be stored.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub project: ProjectId,
    pub agent: AgentId,
    pub revision: RevisionId,
    pub state: SessionState,
    pub created: Timestamp,
    pub expires: Timestamp,
}

/// What an expired session goes on with.
#[derive(Clone, Copy, Debug)]
pub struct Restored<'a> {
    pub state: &'a SessionState,
    /// The whole history, each item with the time that it is said to be of.
    pub items: &'a [(Timestamp, Arc<Item>)],
    pub now: Timestamp,
    pub expires: Timestamp,
}

/// A session without its history, expired or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub id: SessionId,
    pub project: ProjectId,
    pub agent: AgentId,
    pub revision: RevisionId,
    pub state: SessionState,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub expires: Timestamp,
}

impl Session {
    /// It lives up to its expiry, that moment included.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires < now
    }
}
