//! Sessions that begin with their first trigger.

use std::sync::Arc;

use domain::SessionId;

use super::world::{LEASE_END, Place, SESSION_END, Step, World, at, new_agent, project};
use crate::{Acquired, NewStart, StartKey, Started};

impl World {
    /// A start as a node sends it, with keys that are good for 100 ms.
    async fn start(&self, session: &str, key: Option<&str>, now: i64) -> Started {
        let mut session = self.new_session(session);
        session.created = at(now);
        let start = NewStart {
            session,
            key: key.map(|key| StartKey {
                key,
                since: at(now - 100),
            }),
            node: "node#1",
            until: LEASE_END,
        };
        self.store.start_session(start).await.unwrap()
    }

    async fn is_there(&self, session: &str) -> bool {
        let found = self.store.session(&self.project, &session.into()).await;
        found.unwrap().is_some()
    }
}

fn known(session: &str, execution: Option<&str>) -> Started {
    Started::Known {
        session: session.into(),
        execution: execution.map(Into::into),
    }
}

pub(crate) async fn a_started_session_is_taken(place: Place) {
    let world = World::of(&place).await;
    let started = world.start("s1", None, 1).await;
    let Started::Fresh { lease, session } = started else {
        panic!("not fresh: {started:?}");
    };
    assert_eq!(*session, world.session(&"s1".into()).await);
    assert_eq!(session.expires, SESSION_END);
    let busy = world.acquire(&session.id, "node#1", 2).await;
    assert_eq!(busy, Acquired::Busy);
    let step = Step::begin("e1").texts(&["a"]).end();
    world.commit(&lease, step).await.unwrap();
    assert!(world.is_free(&session.id).await);
}

pub(crate) async fn a_known_key_makes_no_session(place: Place) {
    let world = World::of(&place).await;
    world.start("s1", Some("k"), 1).await;
    assert_eq!(world.start("s2", Some("k"), 2).await, known("s1", None));
    assert!(!world.is_there("s2").await);
    let fresh = world.start("s3", Some("other"), 3).await;
    assert!(matches!(fresh, Started::Fresh { .. }));
}

pub(crate) async fn a_key_stands_for_the_newest_keyed_execution(place: Place) {
    let world = World::of(&place).await;
    let Started::Fresh { lease, session } = world.start("s1", Some("k"), 1).await else {
        panic!("not fresh");
    };
    let step = Step::begin("e1").keyed().end();
    world.commit(&lease, step).await.unwrap();
    let repeat = world.start("s2", Some("k"), 2).await;
    assert_eq!(repeat, known("s1", Some("e1")));
    world
        .leg(&session.id, Step::begin("e2").keyed().end())
        .await;
    world.leg(&session.id, Step::begin("e3").end()).await;
    let repeat = world.start("s2", Some("k"), 2).await;
    assert_eq!(repeat, known("s1", Some("e2")));
}

pub(crate) async fn keys_are_those_of_one_agent(place: Place) {
    let world = World::of(&place).await;
    world.start("s1", Some("k"), 1).await;
    let other = new_agent(&world.project, "agent-2", "second");
    world.store.create_agent(other).await.unwrap();
    let mut second = World {
        agent: "agent-2".into(),
        ..World::in_store(Arc::clone(&world.store)).await
    };
    let fresh = second.start("s2", Some("k"), 2).await;
    assert!(matches!(fresh, Started::Fresh { .. }));
    second.project = project(&*world.store, "elsewhere").await;
    let fresh = second.start("s3", Some("k"), 2).await;
    assert!(matches!(fresh, Started::Fresh { .. }));
}

pub(crate) async fn an_old_key_begins_anew(place: Place) {
    let world = World::of(&place).await;
    world.start("s1", Some("k"), 1).await;
    assert_eq!(world.start("s2", Some("k"), 101).await, known("s1", None));
    let fresh = world.start("s3", Some("k"), 102).await;
    assert!(matches!(fresh, Started::Fresh { .. }));
    assert_eq!(world.start("s4", Some("k"), 103).await, known("s3", None));
}

pub(crate) async fn a_key_outlives_its_session(place: Place) {
    let world = World::of(&place).await;
    world.start("s1", Some("k"), 1).await;
    let id = SessionId::from("s1");
    let expired = world.store.expire_session(&world.project, &id, at(2));
    assert_eq!(expired.await.unwrap(), Some(true));
    assert_eq!(world.start("s2", Some("k"), 3).await, known("s1", None));
}

pub(crate) async fn old_keys_are_forgotten(place: Place) {
    let world = World::of(&place).await;
    for number in 1..=3 {
        let (session, key) = (format!("s{number}"), format!("k{number}"));
        world.start(&session, Some(&key), number).await;
    }
    let forget = |limit| world.store.forget_start_keys(at(3), limit);
    assert_eq!(forget(1).await.unwrap(), 1);
    assert_eq!(forget(9).await.unwrap(), 1);
    assert_eq!(forget(9).await.unwrap(), 0);
    assert_eq!(world.start("s4", Some("k3"), 4).await, known("s3", None));
    let fresh = world.start("s5", Some("k1"), 4).await;
    assert!(matches!(fresh, Started::Fresh { .. }));
}

pub(crate) async fn of_many_starts_with_one_key_one_is_fresh(place: Place) {
    let (a, b) = (World::of(&place).await, World::of(&place).await);
    let ids: Vec<String> = (0..20).map(|number| format!("s{number}")).collect();
    let starts = ids.iter().enumerate().map(|(number, id)| {
        let world = if number % 2 == 0 { &a } else { &b };
        world.start(id, Some("k"), 1)
    });
    let started = futures_util::future::join_all(starts).await;
    let fresh: Vec<SessionId> = started.iter().filter_map(fresh_id).collect();
    let [winner] = fresh.as_slice() else {
        panic!("not one: {started:?}");
    };
    for one in &started {
        let expected = known(winner.as_str(), None);
        assert!(fresh_id(one).is_some() || *one == expected, "{one:?}");
    }
    for id in &ids {
        assert_eq!(a.is_there(id).await, id == winner.as_str());
    }
}

fn fresh_id(started: &Started) -> Option<SessionId> {
    match started {
        Started::Fresh { session, .. } => Some(session.id.clone()),
        Started::Known { .. } => None,
    }
}
