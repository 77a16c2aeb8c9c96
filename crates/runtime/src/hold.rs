//! How a leg holds its session: not before its first commit, which accepts the execution.

use domain::{ProjectId, SessionId};
use store::{AcquireLease, CommitWrite, Lease};

use crate::leases::{Registration, Stop, release};
use crate::leg::LegError;
use crate::{Inner, clock};

/// What a leg has of its session.
pub(crate) enum Hold {
    /// It was free at this revision. The first commit takes it, where it is still the same.
    Seen { session: SessionId, rev: i64 },
    Taken {
        lease: Lease,
        _registration: Registration,
    },
}

impl Hold {
    pub(crate) fn taken(inner: &Inner, lease: Lease, stop: &Stop) -> Self {
        Self::Taken {
            _registration: inner.leases.register(&lease, stop),
            lease,
        }
    }

    pub(crate) fn session(&self) -> &SessionId {
        match self {
            Self::Seen { session, .. } => session,
            Self::Taken { lease, .. } => &lease.session,
        }
    }

    /// Makes one commit of a leg; answers the lease that it took.
    pub(crate) async fn commit(
        &self,
        inner: &Inner,
        project: &ProjectId,
        write: CommitWrite<'_>,
    ) -> Result<Option<Lease>, LegError> {
        match self {
            Self::Seen { session, rev } => {
                let request = inner.lease_request(project, session);
                let lease = inner.store.accept(request, *rev, write).await?;
                Ok(Some(lease.ok_or(LegError::Overtaken)?))
            }
            Self::Taken { lease, .. } => {
                inner.store.commit(lease, write).await?;
                Ok(None)
            }
        }
    }

    /// Gives the session back, if the leg has it.
    pub(crate) async fn release(&self, inner: &Inner) {
        if let Self::Taken { lease, .. } = self {
            release(inner, lease).await;
        }
    }
}

impl Inner {
    pub(crate) fn lease_request<'r>(
        &'r self,
        project: &'r ProjectId,
        session: &'r SessionId,
    ) -> AcquireLease<'r> {
        let now = clock::now();
        AcquireLease {
            project,
            session,
            node: &self.config.node,
            now,
            until: now.plus(self.config.lease_ttl),
        }
    }
}
