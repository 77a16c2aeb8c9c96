//! The legs of this node: how to cancel each, how to wait for its end, and one task that keeps their
//! leases alive.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use domain::SessionId;
use engine::CancelReason;
use store::Lease;
use tokio_util::sync::CancellationToken;

use crate::{Inner, causes, clock};

/// All legs that run here, by session. There is at most one for each.
#[derive(Default)]
pub(crate) struct Leases {
    legs: Mutex<HashMap<SessionId, Held>>,
    closed: CancellationToken,
}

struct Held {
    lease: Lease,
    stop: Stop,
    /// Cancelled when the leg has ended.
    ended: CancellationToken,
}

/// How a leg is told to end.
#[derive(Clone, Default)]
pub(crate) struct Stop {
    reason: Arc<OnceLock<StopReason>>,
    token: CancellationToken,
}

/// Why a leg has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    Cancel(CancelReason),
    /// Another node has the session, or it was ended: nothing may be written any more.
    LeaseLost,
}

impl Stop {
    pub(crate) fn stop(&self, reason: StopReason) {
        // The first reason stands.
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    /// Waits for the reason. The token that a dropped reader cancels carries none.
    pub(crate) async fn stopped(&self) -> StopReason {
        self.token.cancelled().await;
        self.reason
            .get()
            .copied()
            .unwrap_or(StopReason::Cancel(CancelReason::Disconnected))
    }

    /// Cancelled together with this, but without a reason of its own.
    pub(crate) fn disconnect_token(&self) -> CancellationToken {
        self.token.clone()
    }
}

/// Takes the leg out of the list when it ends, however it ends.
pub(crate) struct Registration {
    inner: Arc<Inner>,
    session: SessionId,
    ended: CancellationToken,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.inner.leases.lock().remove(&self.session);
        self.ended.cancel();
    }
}

impl Leases {
    pub(crate) fn register(inner: &Arc<Inner>, lease: &Lease, stop: &Stop) -> Registration {
        let ended = CancellationToken::new();
        let session = lease.session.clone();
        let held = Held {
            lease: lease.clone(),
            stop: stop.clone(),
            ended: ended.clone(),
        };
        inner.leases.lock().insert(session.clone(), held);
        Registration {
            inner: Arc::clone(inner),
            session,
            ended,
        }
    }

    /// Waits until the session's leg on this node has ended; at once where there is none.
    pub(crate) async fn ended(&self, session: &SessionId) {
        let ended = self.lock().get(session).map(|held| held.ended.clone());
        if let Some(ended) = ended {
            ended.cancelled().await;
        }
    }

    pub(crate) fn cancel_all(&self, reason: CancelReason) {
        for held in self.lock().values() {
            held.stop.stop(StopReason::Cancel(reason));
        }
    }

    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    fn all(&self) -> Vec<Lease> {
        self.lock()
            .values()
            .map(|held| held.lease.clone())
            .collect()
    }

    /// Tells the session's leg on this node, if there is one, that it may write nothing any more.
    pub(crate) fn lose(&self, session: &SessionId) {
        if let Some(held) = self.lock().get(session) {
            held.stop.stop(StopReason::LeaseLost);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Held>> {
        self.legs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the task that renews this node's leases for as long as the runtime is there.
pub(crate) fn keep(inner: &Arc<Inner>) {
    let (runtime, period) = (Arc::downgrade(inner), inner.config.lease_renewal);
    #[expect(
        clippy::disallowed_methods,
        reason = "the one task of a node that belongs to no leg"
    )]
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(period);
        loop {
            ticks.tick().await;
            let Some(inner) = Weak::upgrade(&runtime) else {
                return;
            };
            renew(&inner).await;
        }
    });
}

async fn renew(inner: &Inner) {
    let leases = inner.leases.all();
    if leases.is_empty() {
        return;
    }
    let until = clock::now().plus(inner.config.lease_ttl);
    match inner.store.renew(&inner.config.node, &leases, until).await {
        Ok(lost) => lost.iter().for_each(|session| inner.leases.lose(session)),
        // The next round tries again; a lease that runs out meanwhile is fenced by its epoch.
        Err(error) => {
            tracing::warn!(
                error = causes(&error),
                leases = leases.len(),
                "leases could not be renewed"
            );
        }
    }
}

/// Gives a lease back. Where that fails the lease runs out by itself.
pub(crate) async fn release(inner: &Inner, lease: &Lease) {
    if let Err(error) = inner.store.release(lease).await {
        tracing::warn!(
            error = causes(&error),
            session.id = %lease.session,
            "a lease was not released"
        );
    }
}
