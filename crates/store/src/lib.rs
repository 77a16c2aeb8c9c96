//! What is durable, behind one object-safe [`Store`].
//!
//! Each method is one domain operation and one transaction (RELIABILITY B.2). A look-up of what is not
//! there is `None`. The clock is the caller's: every method that needs the time takes it.

mod error;

use async_trait::async_trait;
use domain::{
    AgentFormat, AgentId, Bundle, ExecutionId, Item, KeyId, LogEntry, Permissions, ProjectId,
    RevisionId, SessionId, SessionState, StoredItem, StoredLogEntry, Timestamp,
};

pub use error::StoreError;

type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The durable state of a server.
#[async_trait]
pub trait Store: Send + Sync {
    // Projects and keys

    /// The project of that name, made if it is not there.
    async fn ensure_project(
        &self,
        name: &str,
        fresh: ProjectId,
        now: Timestamp,
    ) -> Result<ProjectId>;
    async fn create_key(&self, key: NewKey) -> Result<()>;
    /// The key with that public id, revoked ones included.
    async fn key(&self, id: &KeyId) -> Result<Option<Key>>;
    /// All keys that are not revoked, of one project or of all, oldest first.
    async fn keys(&self, project: Option<&ProjectId>) -> Result<Vec<Key>>;
    /// False where there is no such key or it was revoked before.
    async fn revoke_key(&self, id: &KeyId, now: Timestamp) -> Result<bool>;

    // Agents and revisions

    /// Agents that are not archived, by slug.
    async fn agents(&self, project: &ProjectId) -> Result<Vec<Agent>>;
    async fn agent(&self, project: &ProjectId, find: FindAgent<'_>) -> Result<Option<Agent>>;
    /// `Conflict` where a live agent of the project has the slug.
    async fn create_agent(&self, agent: NewAgent) -> Result<()>;
    /// Makes the bundle the agent's newest revision; the same content makes no new one. `None` where
    /// the agent is not there.
    async fn update_agent(&self, update: AgentUpdate) -> Result<Option<()>>;
    /// The agent leaves the list and its slug is free again; its sessions go on.
    async fn archive_agent(
        &self,
        project: &ProjectId,
        id: &AgentId,
        now: Timestamp,
    ) -> Result<bool>;
    /// The content of a revision of an agent, archived ones included.
    async fn revision(&self, agent: &AgentId, revision: &RevisionId) -> Result<Option<Bundle>>;

    // Sessions

    async fn create_session(&self, session: NewSession) -> Result<()>;
    async fn session(&self, project: &ProjectId, id: &SessionId) -> Result<Option<Session>>;
    /// The whole history, in order.
    async fn items(&self, session: &SessionId) -> Result<Vec<StoredItem>>;
    /// The newest `limit` entries, in order.
    async fn log_entries(&self, session: &SessionId, limit: u32) -> Result<Vec<StoredLogEntry>>;
    async fn execution(
        &self,
        session: &SessionId,
        id: &ExecutionId,
    ) -> Result<Option<StoredExecution>>;
    /// The newest execution of a session.
    async fn last_execution(&self, session: &SessionId) -> Result<Option<StoredExecution>>;

    // A running session: everything below is fenced by the lease's epoch

    /// Takes the session for one leg. Takes over a lease that ran out, and one that an earlier process
    /// of the same node left behind.
    async fn acquire(&self, request: AcquireLease<'_>) -> Result<Acquired>;
    /// One commit point (C0 to C4), in one transaction. `LeaseLost` writes nothing.
    async fn commit(&self, lease: &Lease, commit: CommitWrite<'_>) -> Result<Vec<StoredItem>>;
    /// Drops every item from `from_seq` on, within the lease: a rollback, or a repeated continuation.
    async fn truncate_items(&self, lease: &Lease, from_seq: i64) -> Result<()>;
    /// Gives the lease back without a commit point. A lease that was lost is no error.
    async fn release(&self, lease: &Lease) -> Result<()>;
    /// Prolongs all leases of a node; returns those that it no longer has.
    async fn renew(&self, node: &str, leases: &[Lease], until: Timestamp)
    -> Result<Vec<SessionId>>;

    /// Whether the database takes writes.
    async fn ping(&self) -> Result<()>;
}

/// A key as it is stored: never its secret, only the secret's SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub id: KeyId,
    pub project: ProjectId,
    pub project_name: String,
    pub name: String,
    pub permissions: Permissions,
    pub secret_sha256: [u8; 32],
    pub created: Timestamp,
    pub revoked: Option<Timestamp>,
}

/// A key to be stored.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub id: KeyId,
    pub project: ProjectId,
    pub name: String,
    pub permissions: Permissions,
    pub secret_sha256: [u8; 32],
    pub created: Timestamp,
}

/// An agent with the settings of its newest revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    pub project: ProjectId,
    pub slug: String,
    pub name: String,
    pub description: Option<String>,
    pub format: AgentFormat,
    pub revision: RevisionId,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// By what an agent is looked up. Archived agents are not found.
#[derive(Clone, Copy, Debug)]
pub enum FindAgent<'a> {
    Id(&'a AgentId),
    Slug(&'a str),
}

/// An agent to be stored with its first revision.
#[derive(Clone, Debug)]
pub struct NewAgent {
    pub id: AgentId,
    pub project: ProjectId,
    pub revision: RevisionId,
    pub bundle: Bundle,
    pub created: Timestamp,
}

/// A new content for an agent. The slug does not change.
#[derive(Clone, Debug)]
pub struct AgentUpdate {
    pub id: AgentId,
    pub project: ProjectId,
    pub revision: RevisionId,
    pub bundle: Bundle,
    pub updated: Timestamp,
}

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

/// A session without its history. Whether it is expired is for the reader to tell from `expires`.
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

/// How an execution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionStatus {
    /// A leg runs, or its node died.
    Running,
    /// Paused for tool results; no lease is held.
    Waiting,
    Done,
    /// Its client left, or a new trigger replaced it.
    Stopped,
    Failed,
}

/// An execution as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredExecution {
    pub id: ExecutionId,
    pub session: SessionId,
    pub status: ExecutionStatus,
    /// The number of the newest leg that was started.
    pub leg: u32,
    /// The machine's row of the last pause, as the engine wrote it; kept until a later leg ends, so
    /// that a repeated continuation can run from it again (CONTRACT 7.6).
    pub pause: Option<Pause>,
    /// The first item of this execution; the mark for dropping its turn.
    pub first_seq: i64,
}

/// Where an execution waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Pause {
    /// JSON, opaque to the store.
    pub frame: String,
    /// The session's values at the pause: a repeated continuation starts from them.
    pub state: SessionState,
    /// The seq that the next item had at the pause.
    pub next_seq: i64,
}

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
    /// This process: a node name and a number that is new at each start.
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

/// What one commit point writes.
#[derive(Clone, Debug)]
pub struct CommitWrite<'a> {
    pub execution: &'a ExecutionId,
    pub leg: u32,
    pub point: CommitPoint<'a>,
    /// New items, in order.
    pub items: &'a [std::sync::Arc<Item>],
    /// The session's values, where they changed.
    pub state: Option<&'a SessionState>,
    pub log: &'a [LogEntry],
    pub now: Timestamp,
    /// The session's new expiry.
    pub expires: Timestamp,
}

/// Which commit point it is, and what becomes of execution and lease.
#[derive(Clone, Copy, Debug)]
pub enum CommitPoint<'a> {
    /// C0 and C2': the first commit of a leg. The execution is made or set running; a first leg
    /// stops any execution that waits in the session and drops its pause. The lease stays.
    Begin,
    /// C1: the lease stays.
    Step,
    /// C2: the execution waits with this frame; the lease is released.
    Pause { frame: &'a str },
    /// C3: done or failed; the pause is dropped; the lease is released.
    End { failed: bool },
    /// C4: stopped; the pause is kept; the lease is released.
    Stop,
}
