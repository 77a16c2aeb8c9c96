//! The legs of this node: how to cancel each, how to wait for its end, and one task that keeps their
//! leases alive.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use domain::SessionId;
use engine::CancelReason;
use store::Lease;
use tokio_util::sync::CancellationToken;

use crate::{Inner, causes, clock};

/// The legs that run here: of each session the one with the newest lease. The commit that frees a session
/// comes before the end of its leg, so an older leg may still be on its way out.
#[derive(Default)]
pub(crate) struct Leases {
    legs: Mutex<HashMap<SessionId, Held>>,
    /// Cancelled when the node takes no new legs.
    closed: CancellationToken,
    /// Cancelled when those that run have to end, too.
    cut: CancellationToken,
}

#[derive(Clone)]
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

const DRAINING: StopReason = StopReason::Cancel(CancelReason::Draining);

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
    leases: Arc<Leases>,
    held: Held,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.leases.remove(&self.held.lease);
        self.held.ended.cancel();
    }
}

impl Leases {
    /// Puts a leg on the list. Of two legs of a session the one with the older lease has lost it; one that
    /// comes behind [`Leases::cut`] is stopped at once.
    pub(crate) fn register(self: &Arc<Self>, lease: &Lease, stop: &Stop) -> Registration {
        let held = Held {
            lease: lease.clone(),
            stop: stop.clone(),
            ended: CancellationToken::new(),
        };
        let mut legs = self.lock();
        let other = legs.get(&lease.session).cloned();
        match other {
            Some(newer) if newer.lease.epoch > lease.epoch => held.stop.stop(StopReason::LeaseLost),
            older => {
                if let Some(older) = older {
                    older.stop.stop(StopReason::LeaseLost);
                }
                legs.insert(lease.session.clone(), held.clone());
            }
        }
        // Under the lock, so that each leg is seen by `cut` or sees it.
        if self.cut.is_cancelled() {
            held.stop.stop(DRAINING);
        }
        drop(legs);
        Registration {
            leases: Arc::clone(self),
            held,
        }
    }

    fn remove(&self, lease: &Lease) {
        let mut legs = self.lock();
        if legs
            .get(&lease.session)
            .is_some_and(|held| held.lease == *lease)
        {
            legs.remove(&lease.session);
        }
    }

    /// Waits until the session's leg on this node has ended; at once where there is none.
    pub(crate) async fn ended(&self, session: &SessionId) {
        if let Some(held) = self.of(session) {
            held.ended.cancelled().await;
        }
    }

    fn of(&self, session: &SessionId) -> Option<Held> {
        self.lock().get(session).cloned()
    }

    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    /// Stops every leg, and those that are still to come.
    pub(crate) fn cut(&self) {
        let legs = self.lock();
        self.cut.cancel();
        for held in legs.values() {
            held.stop.stop(DRAINING);
        }
    }

    /// Waits for [`Leases::cut`].
    pub(crate) async fn was_cut(&self) {
        self.cut.cancelled().await;
    }

    fn all(&self) -> Vec<Lease> {
        self.lock()
            .values()
            .map(|held| held.lease.clone())
            .collect()
    }

    /// Tells the leg with that lease, if it runs here, that it may write nothing any more. A leg that took
    /// the session after it goes on.
    fn lose(&self, lease: &Lease) {
        if let Some(held) = self.of(&lease.session).filter(|held| held.lease == *lease) {
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
            renew(&inner, inner.leases.all()).await;
        }
    });
}

/// Prolongs leases of this node. Answers those that were lost, whose legs it has stopped.
async fn renew(inner: &Inner, leases: Vec<Lease>) -> Vec<Lease> {
    if leases.is_empty() {
        return leases;
    }
    let until = clock::now().plus(inner.config.lease_ttl);
    match inner.store.renew(&inner.config.node, &leases, until).await {
        Ok(lost) => {
            lost.iter().for_each(|lease| inner.leases.lose(lease));
            inner.figures.lost(lost.len());
            lost
        }
        // The next round tries again; a lease that runs out meanwhile is fenced by its epoch.
        Err(error) => {
            inner.figures.not_renewed();
            tracing::warn!(
                error = causes(&error),
                leases = leases.len(),
                "leases could not be renewed"
            );
            Vec::new()
        }
    }
}

/// Stops the session's leg on this node, if it has lost the session, and waits for its end.
pub(crate) async fn end_lost(inner: &Inner, session: &SessionId) {
    if let Some(held) = inner.leases.of(session)
        && !renew(inner, vec![held.lease]).await.is_empty()
    {
        held.ended.cancelled().await;
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn lease(epoch: i64) -> Lease {
        Lease {
            session: "s1".into(),
            epoch,
        }
    }

    fn stopped(stop: &Stop) -> Option<StopReason> {
        stop.stopped().now_or_never()
    }

    fn has_ended(leases: &Leases) -> bool {
        leases.ended(&"s1".into()).now_or_never().is_some()
    }

    #[test]
    fn a_leg_that_ends_late_leaves_its_successor_on_the_list() {
        let leases = Arc::new(Leases::default());
        let (old, new) = (Stop::default(), Stop::default());
        let old = leases.register(&lease(1), &old);
        let new = leases.register(&lease(2), &new);
        drop(old);
        assert!(!has_ended(&leases));
        assert_eq!(leases.all(), [lease(2)]);
        drop(new);
        assert!(has_ended(&leases));
    }

    #[test]
    fn a_lease_that_was_lost_stops_its_own_leg_alone() {
        let leases = Arc::new(Leases::default());
        let (old, new) = (Stop::default(), Stop::default());
        let ended = leases.register(&lease(1), &old);
        // What a renewal asks about, before its answer comes.
        let asked = leases.all();
        drop(ended);
        let _new = leases.register(&lease(2), &new);
        asked.iter().for_each(|lease| leases.lose(lease));
        assert_eq!(stopped(&new), None);
        leases.lose(&lease(2));
        assert_eq!(stopped(&new), Some(StopReason::LeaseLost));
    }

    #[test]
    fn a_leg_that_comes_behind_the_cut_is_stopped_too() {
        let leases = Arc::new(Leases::default());
        let (before, behind) = (Stop::default(), Stop::default());
        let _before = leases.register(&lease(1), &before);
        assert_eq!(stopped(&before), None);
        leases.cut();
        let _behind = leases.register(&lease(2), &behind);
        assert_eq!([stopped(&before), stopped(&behind)], [Some(DRAINING); 2]);
    }

    #[test]
    fn of_two_legs_the_one_with_the_newer_lease_goes_on() {
        for epochs in [[1, 2], [2, 1]] {
            let leases = Arc::new(Leases::default());
            let legs = epochs.map(|epoch| {
                let stop = Stop::default();
                let registration = leases.register(&lease(epoch), &stop);
                (epoch, stop, registration)
            });
            for (epoch, stop, _) in &legs {
                let lost = (*epoch == 1).then_some(StopReason::LeaseLost);
                assert_eq!(stopped(stop), lost, "{epochs:?}");
            }
            assert_eq!(leases.all(), [lease(2)]);
        }
    }
}
