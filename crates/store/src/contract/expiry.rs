//! The end of sessions.

use std::sync::Arc;

use domain::{SessionId, SessionState};

use super::world::{LEASE_END, Place, SESSION_END, Step, World, at, item, project, state};
use crate::{Acquired, Restored, StoreError};

impl World {
    /// A session with a bit of everything, and no lease.
    async fn used(&self, id: &str) -> SessionId {
        let id = self.with_session(id).await;
        let values = state("set");
        let step = Step::begin("e1").texts(&["a"]).log(&["b"]).state(&values);
        self.leg(&id, step.pause("{}")).await;
        id
    }

    async fn is_tombstone(&self, id: &SessionId) -> bool {
        let session = self.session(id).await;
        let nothing_left = self.items(id).await.is_empty()
            && self.log(id, 9).await.is_empty()
            && self
                .store
                .last_execution(id, at(5))
                .await
                .unwrap()
                .is_none();
        nothing_left && session.state == SessionState::default()
    }

    async fn expire(&self, id: &SessionId, now: i64) -> Option<bool> {
        let expired = self.store.expire_session(&self.project, id, at(now));
        expired.await.unwrap()
    }

    async fn restore(&self, id: &SessionId, texts: &[&str], now: i64) -> Option<bool> {
        let values = state("restored");
        let created = |text: &&str| (at(7), Arc::new(item(text)));
        let items: Vec<_> = texts.iter().map(created).collect();
        let restored = Restored {
            state: &values,
            items: &items,
            now: at(now),
            expires: SESSION_END,
        };
        let restored = self.store.restore_session(&self.project, id, restored);
        restored.await.unwrap()
    }

    async fn sweep(&self, now: i64, limit: u32) -> u64 {
        self.store.sweep_expired(at(now), limit).await.unwrap()
    }
}

const LATE: i64 = SESSION_END.as_millis() + 1;

pub(crate) async fn an_expired_session_leaves_a_tombstone(place: Place) {
    let world = World::of(&place).await;
    let id = world.used("s1").await;
    let other = world.used("s2").await;
    assert!(!world.is_tombstone(&id).await);
    assert_eq!(world.expire(&id, 50).await, Some(true));
    assert!(world.is_tombstone(&id).await);
    let session = world.session(&id).await;
    assert_eq!(session.expires, at(49));
    assert_eq!((&session.agent, session.created), (&world.agent, at(0)));
    let refused = world.acquire(&id, "node#1", 50).await;
    assert_eq!(refused, Acquired::Expired { session });
    assert!(!world.is_tombstone(&other).await);
}

pub(crate) async fn a_session_is_expired_once(place: Place) {
    let world = World::of(&place).await;
    let id = world.used("s1").await;
    assert_eq!(world.expire(&id, 50).await, Some(true));
    assert_eq!(world.expire(&id, 50).await, Some(false));
    assert_eq!(world.expire(&id, 60).await, Some(false));
    assert_eq!(world.session(&id).await.expires, at(49));
    let old = world.used("s2").await;
    assert_eq!(world.expire(&old, LATE).await, Some(false));
}

pub(crate) async fn a_session_without_an_end_is_expired_too(place: Place) {
    let world = World::of(&place).await;
    let mut new = world.new_session("s1");
    new.expires = at(i64::MAX);
    let id = new.id.clone();
    world.store.create_session(new).await.unwrap();
    assert_eq!(world.expire(&id, 50).await, Some(true));
    assert_eq!(world.expire(&id, 50).await, Some(false));
}

pub(crate) async fn only_what_is_there_is_expired(place: Place) {
    let world = World::of(&place).await;
    let id = world.used("s1").await;
    assert_eq!(world.expire(&"nobody".into(), 50).await, None);
    let other = project(&*world.store, "other").await;
    let elsewhere = world.store.expire_session(&other, &id, at(50)).await;
    assert_eq!(elsewhere.unwrap(), None);
    assert!(!world.is_tombstone(&id).await);
}

pub(crate) async fn expiring_takes_the_session_from_its_leg(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    world.commit(&lease, Step::begin("e1")).await.unwrap();
    assert_eq!(world.expire(&id, 50).await, Some(true));
    let late = Step::more("e1").texts(&["late"]);
    let lost = world.commit(&lease, late).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
    let leases = [lease];
    let renewed = world.store.renew("node#1", &leases, at(30_000)).await;
    assert_eq!(renewed.unwrap(), leases);
    assert!(world.is_tombstone(&id).await);
}

pub(crate) async fn a_sweep_clears_what_has_expired(place: Place) {
    let world = World::of(&place).await;
    let old = world.used("s1").await;
    let mut new = world.new_session("s2");
    new.expires = at(LATE + 9);
    let fresh = new.id.clone();
    new.state = state("kept");
    world.store.create_session(new).await.unwrap();
    assert_eq!(world.sweep(SESSION_END.as_millis(), 10).await, 0);
    assert_eq!(world.sweep(LATE + 9, 10).await, 1);
    assert!(world.is_tombstone(&old).await);
    assert_eq!(world.session(&old).await.expires, SESSION_END);
    assert_eq!(world.session(&fresh).await.state, state("kept"));
}

pub(crate) async fn a_sweep_leaves_running_legs_alone(place: Place) {
    let world = World::of(&place).await;
    let id = world.used("s1").await;
    let lease = world.take(&id).await;
    let leases = [lease];
    let renewed = world.store.renew("node#1", &leases, at(LATE)).await;
    assert_eq!(renewed.unwrap(), []);
    assert_eq!(world.sweep(LATE, 10).await, 0);
    let end = Step::begin("e2").end();
    world.commit(&leases[0], end).await.unwrap();
    assert_eq!(world.sweep(LATE, 10).await, 1);
}

pub(crate) async fn a_sweep_takes_sessions_of_dead_nodes(place: Place) {
    let world = World::of(&place).await;
    let id = world.used("s1").await;
    let dead = world.take(&id).await;
    assert!(at(LATE) > LEASE_END);
    assert_eq!(world.sweep(LATE, 10).await, 1);
    let lost = world.commit(&dead, Step::begin("e2")).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
}

pub(crate) async fn a_sweep_has_a_limit(place: Place) {
    let world = World::of(&place).await;
    for number in 0..5 {
        world.used(&format!("s{number}")).await;
    }
    assert_eq!(world.sweep(LATE, 2).await, 2);
    assert_eq!(world.sweep(LATE, 2).await, 2);
    assert_eq!(world.sweep(LATE, 2).await, 1);
    assert_eq!(world.sweep(LATE, 2).await, 0);
}

pub(crate) async fn a_session_is_swept_once(place: Place) {
    let world = World::of(&place).await;
    let id = world.used("s1").await;
    assert_eq!(world.expire(&id, 50).await, Some(true));
    assert_eq!(world.sweep(LATE, 10).await, 0);
    let old = world.used("s2").await;
    assert_eq!(world.expire(&old, LATE).await, Some(false));
    assert_eq!(world.sweep(LATE, 10).await, 1);
    assert_eq!(world.sweep(LATE, 10).await, 0);
}

pub(crate) async fn an_expired_session_is_restored(place: Place) {
    let world = World::of(&place).await;
    let swept = world.used("s1").await;
    assert_eq!(world.expire(&swept, 50).await, Some(true));
    let mut due = world.new_session("s2");
    due.expires = at(50);
    let due_id = due.id.clone();
    due.state = state("old");
    world.store.create_session(due).await.unwrap();
    for id in [swept, due_id] {
        assert_eq!(world.restore(&id, &["x", "y"], 60).await, Some(true));
        let session = world.session(&id).await;
        assert_eq!(session.state, state("restored"));
        assert_eq!((session.updated, session.expires), (at(60), SESSION_END));
        assert_eq!(session.created, at(0));
        assert_eq!(
            world.texts(&id).await,
            [(0, "x".to_owned()), (1, "y".to_owned())]
        );
        assert_eq!(world.items(&id).await[0].created, at(7));
        assert_eq!(world.store.last_execution(&id, at(5)).await.unwrap(), None);
        let more = Step::begin("e9").texts(&["z"]).log(&["new"]).end();
        world.leg(&id, more).await;
        assert_eq!(world.texts(&id).await[2], (2, "z".to_owned()));
        assert_eq!(world.log(&id, 9).await.len(), 1);
    }
    assert_eq!(world.sweep(SESSION_END.as_millis(), 10).await, 0);
}

pub(crate) async fn an_active_session_is_not_restored(place: Place) {
    let world = World::of(&place).await;
    let id = world.used("s1").await;
    let before = world.session(&id).await;
    assert_eq!(world.restore(&id, &["x"], 50).await, Some(false));
    assert_eq!(world.session(&id).await, before);
    assert_eq!(world.texts(&id).await, [(0, "a".to_owned())]);
    let last = SESSION_END.as_millis();
    assert_eq!(world.restore(&id, &[], last).await, Some(false));
    assert_eq!(world.restore(&"nobody".into(), &[], 50).await, None);
    let other = project(&*world.store, "other").await;
    let values = state("restored");
    let restored = Restored {
        state: &values,
        items: &[],
        now: at(LATE),
        expires: at(LATE),
    };
    let elsewhere = world.store.restore_session(&other, &id, restored);
    assert_eq!(elsewhere.await.unwrap(), None);
}

pub(crate) async fn restoring_takes_the_session_from_its_leg(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    world.commit(&lease, Step::begin("e1")).await.unwrap();
    assert_eq!(world.expire(&id, 50).await, Some(true));
    assert_eq!(world.restore(&id, &["x"], 60).await, Some(true));
    let late = Step::more("e1").texts(&["late"]);
    let lost = world.commit(&lease, late).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
    assert_eq!(world.texts(&id).await, [(0, "x".to_owned())]);
}
