//! What is durable, behind one object-safe [`Store`].
//!
//! Each method is one domain operation and one transaction (RELIABILITY B.2). A look-up of what is not
//! there is `None`. The clock is the caller's: every method that needs the time takes it.
//!
//! The row types stand in one file per aggregate beside this one. `sql` holds the statements, once for
//! all databases; a folder per database holds only what is special about it.

mod agents;
mod commit;
#[cfg(test)]
mod contract;
mod database;
mod error;
mod executions;
mod files;
mod keys;
mod lease;
mod log;
mod maintenance;
mod migration;
mod objects;
mod open;
#[cfg(feature = "postgres")]
mod postgres;
mod sessions;
mod sql;
mod sqlite;
mod starts;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use async_trait::async_trait;
use domain::{
    AgentId, Bundle, ExecutionId, FileId, KeyId, ProjectId, RevisionId, SessionId, StoredItem,
    Timestamp,
};

pub use agents::{Agent, AgentUpdate, FindAgent, NewAgent, RevisionInfo};
pub use commit::{CommitPoint, CommitWrite};
pub use error::StoreError;
pub use executions::{ExecutionStatus, Pause, StoredExecution};
pub use files::{NewFile, StoredFile};
pub use keys::{Key, NewKey};
pub use lease::{AcquireLease, Acquired, Lease, Seen};
pub use log::{LogPage, LogQuery};
pub use maintenance::{Inspection, Migrated, backup, inspect, migrate, restore};
pub use objects::{BucketAccess, ObjectError, ObjectStream, Objects, PutError};
pub use open::open;
pub use sessions::{NewSession, Restored, Session};
pub use starts::{NewStart, StartKey, Started};

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

    /// The revisions of an agent, newest first.
    async fn revisions(&self, agent: &AgentId) -> Result<Vec<RevisionInfo>>;

    // Sessions

    async fn create_session(&self, session: NewSession) -> Result<()>;
    /// Makes a session that is taken for its first leg, unless its key is known already: then nothing is
    /// written.
    async fn start_session(&self, start: NewStart<'_>) -> Result<Started>;
    /// Forgets at most `limit` start keys that were made before `before`.
    async fn forget_start_keys(&self, before: Timestamp, limit: u32) -> Result<u64>;
    /// The session, expired or not.
    async fn session(&self, project: &ProjectId, id: &SessionId) -> Result<Option<Session>>;
    /// The whole history, in order.
    async fn items(&self, session: &SessionId) -> Result<Vec<StoredItem>>;
    async fn log(&self, session: &SessionId, query: LogQuery<'_>) -> Result<LogPage>;
    /// Drops at most `limit` entries, of whatever session, that were made before `before`.
    async fn forget_log_entries(&self, before: Timestamp, limit: u32) -> Result<u64>;
    /// An execution as it stands: one that runs without a live lease was cut with its process, and is
    /// read as stopped.
    async fn execution(
        &self,
        session: &SessionId,
        id: &ExecutionId,
        now: Timestamp,
    ) -> Result<Option<StoredExecution>>;
    /// The newest execution of a session, as it stands.
    async fn last_execution(
        &self,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<Option<StoredExecution>>;

    // A running session: everything below is fenced by the lease's epoch

    /// Takes the session for one leg. Takes over a lease that ran out, and one that an earlier process
    /// of the same node left behind.
    async fn acquire(&self, request: AcquireLease<'_>) -> Result<Acquired>;
    /// The session, to be read by a leg that takes it with [`Store::accept`].
    async fn look(&self, request: AcquireLease<'_>) -> Result<Seen>;
    /// Takes the session and makes the leg's first commit, in one transaction. `None` writes nothing:
    /// the session is no longer free, or not as it was seen at `rev`.
    async fn accept(
        &self,
        request: AcquireLease<'_>,
        rev: i64,
        commit: CommitWrite<'_>,
    ) -> Result<Option<Lease>>;
    /// One commit point (C0 to C4), in one transaction. `LeaseLost` writes nothing.
    async fn commit(&self, lease: &Lease, commit: CommitWrite<'_>) -> Result<Vec<StoredItem>>;
    /// Gives the lease back without a commit point. A lease that was lost is no error.
    async fn release(&self, lease: &Lease) -> Result<()>;
    /// Gives back the leases that earlier processes of this node left behind; returns how many.
    async fn release_dead(&self, node: &str) -> Result<u64>;
    /// Prolongs these leases of a node; returns those that it no longer has.
    async fn renew(&self, node: &str, leases: &[Lease], until: Timestamp) -> Result<Vec<Lease>>;

    // The end of a session

    /// Makes a session a tombstone: expired, without state, items, log and executions. A running leg
    /// loses its lease. Whether the session was active until now; `None` where it is not there.
    async fn expire_session(
        &self,
        project: &ProjectId,
        id: &SessionId,
        now: Timestamp,
    ) -> Result<Option<bool>>;
    /// Makes an expired session active again, with another history and other values. Its files stay, if
    /// they are still there; its log and executions do not. False where it is active; `None` where it
    /// is not there.
    async fn restore_session(
        &self,
        project: &ProjectId,
        id: &SessionId,
        restored: Restored<'_>,
    ) -> Result<Option<bool>>;
    /// Makes at most `limit` sessions that are past their expiry tombstones, those with a live lease
    /// not among them. Returns how many it was.
    async fn sweep_expired(&self, now: Timestamp, limit: u32) -> Result<u64>;

    // Files: what is known of them. Their bytes are in `Objects`.

    /// All of them, or none: false where the session is not there or has expired.
    async fn register_files(&self, files: &[NewFile]) -> Result<bool>;
    async fn file(&self, id: &FileId) -> Result<Option<StoredFile>>;
    /// Those of a session, oldest first.
    async fn session_files(&self, session: &SessionId) -> Result<Vec<StoredFile>>;
    /// The bytes of a file are there. False where the file is gone, or was ready before.
    async fn mark_file_ready(&self, id: &FileId) -> Result<bool>;
    /// Drops at most `limit` files that nobody uploaded and whose time for it ended before `before`.
    async fn drop_unfinished_files(&self, before: Timestamp, limit: u32) -> Result<u64>;
    /// At most `limit` files that were dropped, with their session or without, and whose objects are to
    /// be deleted; in the order of their ids, those behind `after`.
    async fn dropped_files(&self, after: Option<&FileId>, limit: u32) -> Result<Vec<FileId>>;
    /// The object of a dropped file is deleted.
    async fn forget_dropped_file(&self, id: &FileId) -> Result<()>;

    /// Whether the database takes writes.
    async fn ping(&self) -> Result<()>;
}
