//! Ending a session before its time.

use domain::{ProjectId, SessionId};

use crate::{Runtime, RuntimeError, clock, leases};

impl Runtime {
    /// Makes a session a tombstone; its files go with it. A leg that runs in it is cut: the store takes
    /// nothing of it any more, and its client is told. Whether the session was active until now.
    ///
    /// # Errors
    /// When the project has no such session.
    pub async fn clear_session(
        &self,
        project: &ProjectId,
        id: &SessionId,
    ) -> Result<bool, RuntimeError> {
        let store = &self.inner.store;
        let cleared = store.expire_session(project, id, clock::now()).await?;
        let cleared = cleared.ok_or(RuntimeError::SessionNotFound)?;
        if cleared {
            // A leg on another node learns of it at its next commit or renewal.
            leases::end_lost(&self.inner, id).await;
        }
        Ok(cleared)
    }
}
