//! The store in SQL, the same text for every database.
//!
//! This file draws the transactions; the files beside it hold the statements of one aggregate each.

mod agents;
mod commit;
mod executions;
mod expiry;
mod files;
mod history;
mod keys;
mod lease;
mod log;
mod restoring;
mod sessions;
mod starts;

use async_trait::async_trait;
use domain::{
    AgentId, Bundle, ExecutionId, FileId, KeyId, ProjectId, RevisionId, SessionId, StoredItem,
    Timestamp,
};
use serde::Serialize;

#[cfg(test)]
pub(crate) use executions::STOP_OPEN;

use self::executions::Of;
use crate::database::Database;
use crate::{
    AcquireLease, Acquired, Agent, AgentUpdate, CommitWrite, FindAgent, Key, Lease, LogPage,
    LogQuery, NewAgent, NewFile, NewKey, NewSession, NewStart, Restored, Result, RevisionInfo,
    Seen, Session, Started, Store, StoreError, StoredExecution, StoredFile,
};

/// A [`Store`] on any database.
pub(crate) struct SqlStore<D>(D);

impl<D: Database> SqlStore<D> {
    pub(crate) fn new(database: D) -> Self {
        Self(database)
    }
}

#[async_trait]
impl<D: Database> Store for SqlStore<D> {
    async fn ensure_project(
        &self,
        name: &str,
        fresh: ProjectId,
        now: Timestamp,
    ) -> Result<ProjectId> {
        let mut tx = self.0.write().await?;
        let id = keys::ensure_project(&mut *tx, name, fresh, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn create_key(&self, key: NewKey) -> Result<()> {
        let mut tx = self.0.write().await?;
        keys::create(&mut *tx, &key).await?;
        tx.commit().await
    }

    async fn key(&self, id: &KeyId) -> Result<Option<Key>> {
        keys::find(&mut *self.0.read().await?, id).await
    }

    async fn keys(&self, project: Option<&ProjectId>) -> Result<Vec<Key>> {
        keys::list(&mut *self.0.read().await?, project).await
    }

    async fn revoke_key(&self, id: &KeyId, now: Timestamp) -> Result<bool> {
        let mut tx = self.0.write().await?;
        let revoked = keys::revoke(&mut *tx, id, now).await?;
        tx.commit().await?;
        Ok(revoked)
    }

    async fn agents(&self, project: &ProjectId) -> Result<Vec<Agent>> {
        agents::list(&mut *self.0.read().await?, project).await
    }

    async fn agent(&self, project: &ProjectId, find: FindAgent<'_>) -> Result<Option<Agent>> {
        agents::find(&mut *self.0.read().await?, project, find).await
    }

    async fn create_agent(&self, agent: NewAgent) -> Result<()> {
        let content = agents::Content::of(&agent.bundle)?;
        let mut tx = self.0.write().await?;
        agents::create(&mut *tx, &agent, &content).await?;
        tx.commit().await
    }

    async fn update_agent(&self, update: AgentUpdate) -> Result<Option<()>> {
        let content = agents::Content::of(&update.bundle)?;
        let mut tx = self.0.write().await?;
        let updated = agents::update(&mut *tx, &update, &content).await?;
        tx.commit().await?;
        Ok(updated)
    }

    async fn archive_agent(
        &self,
        project: &ProjectId,
        id: &AgentId,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.0.write().await?;
        let archived = agents::archive(&mut *tx, project, id, now).await?;
        tx.commit().await?;
        Ok(archived)
    }

    async fn revision(&self, agent: &AgentId, revision: &RevisionId) -> Result<Option<Bundle>> {
        agents::revision(&mut *self.0.read().await?, agent, revision).await
    }

    async fn revisions(&self, agent: &AgentId) -> Result<Vec<RevisionInfo>> {
        agents::revisions(&mut *self.0.read().await?, agent).await
    }

    async fn create_session(&self, session: NewSession) -> Result<()> {
        let state = json("state", &session.state)?;
        let mut tx = self.0.write().await?;
        sessions::create(&mut *tx, &session, &state).await?;
        tx.commit().await
    }

    async fn start_session(&self, start: NewStart<'_>) -> Result<Started> {
        let state = json("state", &start.session.state)?;
        let mut tx = self.0.write().await?;
        let started = starts::start(&mut *tx, &start, &state).await?;
        // What was known already must leave no session behind.
        if matches!(started, Started::Fresh { .. }) {
            tx.commit().await?;
        }
        Ok(started)
    }

    async fn forget_start_keys(&self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut tx = self.0.write().await?;
        let forgotten = starts::forget(&mut *tx, before, limit).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    async fn session(&self, project: &ProjectId, id: &SessionId) -> Result<Option<Session>> {
        sessions::find(&mut *self.0.read().await?, project, id).await
    }

    async fn items(&self, session: &SessionId) -> Result<Vec<StoredItem>> {
        history::items(&mut *self.0.read().await?, session).await
    }

    async fn log(&self, session: &SessionId, query: LogQuery<'_>) -> Result<LogPage> {
        log::page(&mut *self.0.read().await?, session, query).await
    }

    async fn forget_log_entries(&self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut tx = self.0.write().await?;
        let forgotten = log::forget(&mut *tx, before, limit).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    async fn execution(
        &self,
        session: &SessionId,
        id: &ExecutionId,
        now: Timestamp,
    ) -> Result<Option<StoredExecution>> {
        executions::find(&mut *self.0.read().await?, Of { session, id, now }).await
    }

    async fn last_execution(
        &self,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<Option<StoredExecution>> {
        executions::last(&mut *self.0.read().await?, session, now).await
    }

    async fn acquire(&self, request: AcquireLease<'_>) -> Result<Acquired> {
        let mut tx = self.0.write().await?;
        let acquired = lease::acquire(&mut *tx, request).await?;
        // What was not taken wrote nothing, and a waiting caller asks often.
        if matches!(acquired, Acquired::Taken { .. }) {
            tx.commit().await?;
        }
        Ok(acquired)
    }

    async fn look(&self, request: AcquireLease<'_>) -> Result<Seen> {
        lease::look(&mut *self.0.read().await?, request).await
    }

    async fn accept(
        &self,
        request: AcquireLease<'_>,
        rev: i64,
        commit: CommitWrite<'_>,
    ) -> Result<Option<Lease>> {
        let encoded = commit::Encoded::of(&commit)?;
        let mut tx = self.0.write().await?;
        let Some(lease) = lease::take_as_seen(&mut *tx, request, rev).await? else {
            return Ok(None);
        };
        commit::write(&mut *tx, &lease, &commit, &encoded).await?;
        tx.commit().await?;
        Ok(Some(lease))
    }

    async fn commit(&self, lease: &Lease, commit: CommitWrite<'_>) -> Result<Vec<StoredItem>> {
        // Nobody else can write while the transaction is open, so the JSON is made before.
        let encoded = commit::Encoded::of(&commit)?;
        let mut tx = self.0.write().await?;
        let items = commit::write(&mut *tx, lease, &commit, &encoded).await?;
        tx.commit().await?;
        Ok(items)
    }

    async fn release(&self, lease: &Lease) -> Result<()> {
        let mut tx = self.0.write().await?;
        lease::release(&mut *tx, lease).await?;
        tx.commit().await
    }

    async fn release_dead(&self, node: &str) -> Result<u64> {
        let mut tx = self.0.write().await?;
        let released = lease::release_dead(&mut *tx, node).await?;
        tx.commit().await?;
        Ok(released)
    }

    async fn renew(&self, node: &str, leases: &[Lease], until: Timestamp) -> Result<Vec<Lease>> {
        let mut tx = self.0.write().await?;
        let lost = lease::renew(&mut *tx, node, leases, until).await?;
        tx.commit().await?;
        Ok(lost)
    }

    async fn expire_session(
        &self,
        project: &ProjectId,
        id: &SessionId,
        now: Timestamp,
    ) -> Result<Option<bool>> {
        let mut tx = self.0.write().await?;
        let was_active = expiry::expire(&mut *tx, project, id, now).await?;
        tx.commit().await?;
        Ok(was_active)
    }

    async fn restore_session(
        &self,
        project: &ProjectId,
        id: &SessionId,
        restored: Restored<'_>,
    ) -> Result<Option<bool>> {
        let content = restoring::Content::of(&restored)?;
        let mut tx = self.0.write().await?;
        let was_expired = restoring::restore(&mut *tx, project, id, &restored, &content).await?;
        tx.commit().await?;
        Ok(was_expired)
    }

    async fn sweep_expired(&self, now: Timestamp, limit: u32) -> Result<u64> {
        let mut tx = self.0.write().await?;
        let swept = expiry::sweep(&mut *tx, now, limit).await?;
        tx.commit().await?;
        Ok(swept)
    }

    async fn register_files(&self, files: &[NewFile]) -> Result<bool> {
        let mut tx = self.0.write().await?;
        let registered = files::register(&mut *tx, files).await?;
        if registered {
            tx.commit().await?;
        }
        Ok(registered)
    }

    async fn file(&self, id: &FileId) -> Result<Option<StoredFile>> {
        files::find(&mut *self.0.read().await?, id).await
    }

    async fn session_files(&self, session: &SessionId) -> Result<Vec<StoredFile>> {
        files::of_session(&mut *self.0.read().await?, session).await
    }

    async fn mark_file_ready(&self, id: &FileId) -> Result<bool> {
        let mut tx = self.0.write().await?;
        let marked = files::mark_ready(&mut *tx, id).await?;
        tx.commit().await?;
        Ok(marked)
    }

    async fn drop_unfinished_files(&self, before: Timestamp, limit: u32) -> Result<u64> {
        let mut tx = self.0.write().await?;
        let dropped = files::drop_unfinished(&mut *tx, before, limit).await?;
        tx.commit().await?;
        Ok(dropped)
    }

    async fn dropped_files(&self, after: Option<&FileId>, limit: u32) -> Result<Vec<FileId>> {
        files::dropped(&mut *self.0.read().await?, after, limit).await
    }

    async fn forget_dropped_file(&self, id: &FileId) -> Result<()> {
        let mut tx = self.0.write().await?;
        files::forget_dropped(&mut *tx, id).await?;
        tx.commit().await
    }

    async fn ping(&self) -> Result<()> {
        const PROBE: &str = "
            INSERT INTO probe (id, count) VALUES (1, 1)
            ON CONFLICT (id) DO UPDATE SET count = probe.count + 1";
        let mut tx = self.0.write().await?;
        tx.execute(PROBE, &[]).await?;
        tx.commit().await
    }
}

/// A value in its stored form.
fn json<T: Serialize + ?Sized>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|source| StoreError::Corrupt { what, source })
}
