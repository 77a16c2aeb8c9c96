//! A leg that takes a session with its first commit, as it was seen.

use std::sync::Arc;

use super::world::{LEASE_END, Place, SESSION_END, Step, World, at, state};
use crate::{Acquired, ExecutionStatus, Seen, StoreError};

pub(crate) async fn a_free_session_is_seen_and_taken_with_the_first_commit(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let rev = world.look(&id, "node#1", 1).await;
    assert!(world.items(&id).await.is_empty(), "a look writes nothing");
    let first = Step::begin("e1").texts(&["hello"]);
    let lease = world.accept(&id, rev, first).await.unwrap();
    let lease = lease.expect("nobody was quicker");
    assert_eq!(world.items(&id).await.len(), 1);
    assert_eq!(world.acquire(&id, "other#1", 2).await, Acquired::Busy);

    let end = Step::more("e1").texts(&["answer"]).end();
    world.commit(&lease, end).await.unwrap();
    assert_eq!(world.texts(&id).await.len(), 2);
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Done);
}

pub(crate) async fn what_a_look_shows_is_the_session(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let values = state("set");
    world.leg(&id, Step::begin("e1").state(&values).end()).await;
    let seen = world.store.look(world.request(&id, "node#1", 6)).await;
    let Ok(Seen::Free { session, .. }) = seen else {
        panic!("the session is not free: {seen:?}");
    };
    assert_eq!(*session, world.session(&id).await);
}

pub(crate) async fn a_look_tells_whether_an_execution_waits(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let waits = async || {
        let seen = world.store.look(world.request(&id, "node#1", 6)).await;
        let Ok(Seen::Free { waiting, .. }) = seen else {
            panic!("the session is not free: {seen:?}");
        };
        waiting
    };
    assert!(!waits().await);
    world.leg(&id, Step::begin("e1").pause("{}")).await;
    assert!(waits().await);
    world.leg(&id, Step::begin("e2").end()).await;
    assert!(!waits().await);
}

pub(crate) async fn a_look_tells_why_a_session_cannot_be_taken(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let look = async |id, now| {
        let request = world.request(id, "other#1", now);
        world.store.look(request).await.unwrap()
    };
    let unknown = "unknown".into();
    assert_eq!(look(&unknown, 1).await, Seen::NotFound);
    world.take(&id).await;
    assert_eq!(look(&id, 2).await, Seen::Busy);
    assert_eq!(look(&id, LEASE_END.as_millis()).await, Seen::Busy);
    let late = look(&id, LEASE_END.as_millis() + 1).await;
    assert!(matches!(late, Seen::Free { .. }), "{late:?}");
    assert_eq!(look(&id, SESSION_END.as_millis() + 1).await, Seen::Expired);
}

pub(crate) async fn a_lease_of_an_earlier_boot_does_not_hide_a_session(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.take_at(&id, "node#0", 1).await;
    let rev = world.look(&id, "node#1", 2).await;
    let taken = world.accept(&id, rev, Step::begin("e1")).await.unwrap();
    assert!(taken.is_some());
}

pub(crate) async fn a_session_that_was_written_to_is_not_as_it_was_seen(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let rev = world.look(&id, "node#1", 1).await;
    world
        .leg(&id, Step::begin("e1").texts(&["other"]).end())
        .await;
    let late = Step::begin("e2").texts(&["late"]);
    assert_eq!(world.accept(&id, rev, late).await.unwrap(), None);
    assert_eq!(world.items(&id).await.len(), 1);
    assert!(world.is_free(&id).await, "nothing was taken");
}

/// Its owner may still write, for as long as nobody has taken its lease over.
pub(crate) async fn the_last_word_of_a_leg_whose_time_ran_out_is_not_lost(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let slow = world.take(&id).await;
    let late = LEASE_END.as_millis() + 1;
    let rev = world.look(&id, "node#1", late).await;
    let word = Step::begin("e1").texts(&["last word"]);
    world.commit(&slow, word).await.unwrap();
    let next = Step::begin("e2").texts(&["without it"]);
    assert_eq!(world.accept(&id, rev, next).await.unwrap(), None);
    assert_eq!(world.items(&id).await.len(), 1);
}

pub(crate) async fn a_session_that_ended_is_not_as_it_was_seen(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let rev = world.look(&id, "node#1", 1).await;
    let ended = world.store.expire_session(&world.project, &id, at(1));
    assert_eq!(ended.await.unwrap(), Some(true));
    let late = Step::begin("e1").texts(&["late"]);
    assert_eq!(world.accept(&id, rev, late).await.unwrap(), None);
    assert!(world.items(&id).await.is_empty());
}

pub(crate) async fn a_taken_session_is_not_accepted(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let rev = world.look(&id, "node#1", 1).await;
    let lease = world.take_at(&id, "other#1", 1).await;
    assert_eq!(
        world.accept(&id, rev, Step::begin("e1")).await.unwrap(),
        None
    );
    let first = Step::begin("e2").texts(&["its own"]);
    world.commit(&lease, first).await.unwrap();
}

pub(crate) async fn a_first_commit_that_is_refused_takes_nothing(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let rev = world.look(&id, "node#1", 1).await;
    let second_leg_of_nothing = Step::begin("e1").leg(2);
    let refused = world.accept(&id, rev, second_leg_of_nothing).await;
    assert!(
        matches!(refused, Err(StoreError::Refused(_))),
        "{refused:?}"
    );
    assert!(world.is_free(&id).await);
}

pub(crate) async fn a_leg_may_be_accepted_and_end_in_one_commit(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let rev = world.look(&id, "node#1", 1).await;
    let whole = Step::begin("e1").texts(&["all"]).end();
    assert!(world.accept(&id, rev, whole).await.unwrap().is_some());
    assert!(world.is_free(&id).await);
}

pub(crate) async fn of_many_that_saw_a_session_one_is_accepted(place: Place) {
    let world = Arc::new(World::of(&place).await);
    let second = Arc::new(World::in_store(place.open().await).await);
    let id = world.with_session("s1").await;
    let rev = world.look(&id, "node#1", 1).await;
    let mut legs = tokio::task::JoinSet::new();
    for number in 0..16 {
        let world = Arc::clone(if number % 2 == 0 { &world } else { &second });
        let id = id.clone();
        legs.spawn(async move {
            let execution = format!("e{number}");
            let first = Step::begin(&execution).texts(&["mine"]);
            world.accept(&id, rev, first).await.unwrap().is_some()
        });
    }
    let accepted = legs
        .join_all()
        .await
        .into_iter()
        .filter(|accepted| *accepted);
    assert_eq!(accepted.count(), 1);
    assert_eq!(world.items(&id).await.len(), 1);
}
