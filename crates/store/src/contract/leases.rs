//! Who may write to a session.

use std::sync::Arc;

use domain::ExecutionId;

use super::world::{LEASE_END, Place, SESSION_END, Step, World, at, is_running, project, state};
use crate::{AcquireLease, Acquired, ExecutionStatus, Lease, StoreError};

pub(crate) async fn a_free_session_is_taken(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let Acquired::Taken { lease, session } = world.acquire(&id, "node#1", 1).await else {
        panic!("a free session");
    };
    assert_eq!(lease.session, id);
    assert_eq!(session, world.session(&id).await);
}

pub(crate) async fn a_taken_session_is_busy(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.take(&id).await;
    for node in ["node#1", "other#1"] {
        assert_eq!(world.acquire(&id, node, 2).await, Acquired::Busy);
    }
    let until = LEASE_END.as_millis();
    assert_eq!(world.acquire(&id, "other#1", until).await, Acquired::Busy);
}

pub(crate) async fn what_is_not_there_cannot_be_taken(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let unknown = world.acquire(&"nobody".into(), "node#1", 1).await;
    assert_eq!(unknown, Acquired::NotFound);
    let other = project(&*world.store, "other").await;
    let request = AcquireLease {
        project: &other,
        session: &id,
        node: "node#1",
        now: at(1),
        until: LEASE_END,
    };
    let elsewhere = world.store.acquire(request).await.unwrap();
    assert_eq!(elsewhere, Acquired::NotFound);
}

pub(crate) async fn an_expired_session_cannot_be_taken(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let late = SESSION_END.as_millis() + 1;
    let expired = world.acquire(&id, "node#1", late).await;
    let session = world.session(&id).await;
    assert_eq!(expired, Acquired::Expired { session });
}

pub(crate) async fn a_session_lives_up_to_its_expiry(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.take_at(&id, "node#1", SESSION_END.as_millis()).await;
}

pub(crate) async fn a_lease_that_ran_out_is_taken_over(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let first = world.take(&id).await;
    let late = LEASE_END.as_millis() + 1;
    let second = world.take_at(&id, "other#1", late).await;
    assert!(second.epoch > first.epoch);
}

pub(crate) async fn a_lease_of_an_earlier_boot_is_taken_over_at_once(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let first = world.take_at(&id, "no#de#1", 1).await;
    let second = world.take_at(&id, "no#de#2", 1).await;
    assert!(second.epoch > first.epoch);
    let stale = world.commit(&first, Step::begin("e1")).await;
    assert!(matches!(stale, Err(StoreError::LeaseLost)));
}

pub(crate) async fn a_lease_of_a_node_with_a_similar_name_is_not(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.take_at(&id, "node#1", 1).await;
    for node in ["nod#2", "nodes#2", "n%#2", "____#2", "Node#2", "node#1#2"] {
        assert_eq!(world.acquire(&id, node, 2).await, Acquired::Busy, "{node}");
    }
}

pub(crate) async fn a_released_session_is_free(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    world.store.release(&lease).await.unwrap();
    assert!(world.is_free(&id).await);
}

pub(crate) async fn releasing_a_lost_lease_leaves_the_new_one(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lost = world.take_at(&id, "node#1", 1).await;
    let held = world.take_at(&id, "node#2", 1).await;
    world.store.release(&lost).await.unwrap();
    assert!(!world.is_free(&id).await);
    world.commit(&held, Step::begin("e1")).await.unwrap();
}

pub(crate) async fn a_stale_epoch_writes_nothing(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let stale = world.take_at(&id, "node#1", 1).await;
    let first = Step::begin("e1").texts(&["one"]).log(&["log"]);
    world.commit(&stale, first).await.unwrap();
    world.take_at(&id, "node#2", 1).await;

    let before = world.session(&id).await;
    let values = state("stale");
    let zombie = Step::more("e1")
        .texts(&["two"])
        .log(&["more"])
        .state(&values)
        .end();
    let lost = world.commit(&stale, zombie).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
    let begins = Step {
        begin: true,
        ..zombie
    };
    let lost = world
        .commit(
            &stale,
            Step {
                execution: "e2",
                ..begins
            },
        )
        .await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));

    assert_eq!(world.session(&id).await, before);
    assert_eq!(world.texts(&id).await, [(0, "one".to_owned())]);
    assert_eq!(world.log(&id, 9).await.len(), 1);
    assert!(is_running(&world.execution(&id, "e1").await));
    let second = world
        .store
        .execution(&id, &"e2".into(), at(5))
        .await
        .unwrap();
    assert_eq!(second, None);
    assert!(!world.is_free(&id).await, "the new owner keeps its lease");
}

pub(crate) async fn a_released_lease_writes_nothing(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    world.commit(&lease, Step::begin("e1").end()).await.unwrap();
    let late = Step::more("e1").texts(&["late"]);
    let lost = world.commit(&lease, late).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
    assert_eq!(world.items(&id).await, []);
    let unknown = Lease {
        session: "nobody".into(),
        epoch: 1,
    };
    let lost = world.commit(&unknown, late).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
}

pub(crate) async fn a_stale_epoch_rewinds_nothing(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let stale = world.take_at(&id, "node#1", 1).await;
    let first = Step::begin("e1").texts(&["one"]);
    world.commit(&stale, first).await.unwrap();
    world.take_at(&id, "node#2", 1).await;
    let values = state("stale");
    let back = Step::more("e1").rewind(0).state(&values);
    let lost = world.commit(&stale, back).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
    assert_eq!(world.items(&id).await.len(), 1);
    assert_ne!(world.session(&id).await.state, values);
}

pub(crate) async fn a_renewed_lease_lasts_longer(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take_at(&id, "node#1", 1).await;
    let leases = [lease];
    let lost = world.store.renew("node#1", &leases, at(30_000)).await;
    assert_eq!(lost.unwrap(), []);
    assert_eq!(world.acquire(&id, "other#1", 30_000).await, Acquired::Busy);
    world.take_at(&id, "other#1", 30_001).await;
}

pub(crate) async fn renewing_tells_which_leases_were_lost(place: Place) {
    let world = World::of(&place).await;
    let mut leases = Vec::new();
    for name in ["kept", "released", "taken", "renamed"] {
        let id = world.with_session(name).await;
        leases.push(world.take_at(&id, "node#1", 1).await);
    }
    world.store.release(&leases[1]).await.unwrap();
    let late = LEASE_END.as_millis() + 1;
    world.take_at(&leases[2].session, "other#1", late).await;
    leases[3].epoch -= 1;
    let renewed = world.store.renew("node#1", &leases, at(30_000)).await;
    assert_eq!(renewed.unwrap(), leases[1..]);

    let other_boot = world.store.renew("node#2", &leases[..1], at(30_000)).await;
    assert_eq!(other_boot.unwrap(), leases[..1]);
    assert_eq!(world.store.renew("node#1", &[], at(1)).await.unwrap(), []);
}

pub(crate) async fn a_hundred_leases_are_renewed_at_once(place: Place) {
    let world = World::of(&place).await;
    let mut leases = Vec::new();
    for number in 0..100 {
        let id = world.with_session(&format!("s{number}")).await;
        leases.push(world.take(&id).await);
    }
    let gone = Lease {
        session: world.with_session("gone").await,
        epoch: 1,
    };
    leases.insert(50, gone.clone());
    let lost = world.store.renew("node#1", &leases, at(30_000)).await;
    assert_eq!(lost.unwrap(), [gone]);
    for lease in leases.iter().filter(|lease| lease.session != "gone".into()) {
        let busy = world.acquire(&lease.session, "other#1", 30_000).await;
        assert_eq!(busy, Acquired::Busy);
    }
}

pub(crate) async fn of_many_takers_one_wins(place: Place) {
    let world = Arc::new(World::of(&place).await);
    let second = Arc::new(World::in_store(place.open().await).await);
    let id = world.with_session("s1").await;
    let mut takers = tokio::task::JoinSet::new();
    for number in 0..16 {
        let world = Arc::clone(if number % 2 == 0 { &world } else { &second });
        let id = id.clone();
        takers.spawn(async move { world.acquire(&id, &format!("node-{number}#1"), 1).await });
    }
    let results = takers.join_all().await;
    let won = results
        .iter()
        .filter(|result| matches!(result, Acquired::Taken { .. }));
    assert_eq!(won.count(), 1);
    let busy = results.iter().filter(|result| **result == Acquired::Busy);
    assert_eq!(busy.count(), 15);
}

pub(crate) async fn what_a_dead_process_ran_is_read_as_stopped(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take_at(&id, "node#1", 1).await;
    world.commit(&lease, Step::begin("e1")).await.unwrap();
    let (end, id_of) = (LEASE_END.as_millis(), ExecutionId::from("e1"));
    let status = async |now| {
        let found = world.store.execution(&id, &id_of, at(now)).await.unwrap();
        let last = world.store.last_execution(&id, at(now)).await.unwrap();
        assert_eq!(found, last);
        found.map(|execution| execution.status)
    };
    assert_eq!(status(end).await, Some(ExecutionStatus::Running));
    assert_eq!(status(end + 1).await, Some(ExecutionStatus::Stopped));
    world.store.release(&lease).await.unwrap();
    assert_eq!(status(5).await, Some(ExecutionStatus::Stopped));
}

pub(crate) async fn what_waits_or_has_ended_needs_no_lease(place: Place) {
    let world = World::of(&place).await;
    let (waits, ends) = (
        world.with_session("s1").await,
        world.with_session("s2").await,
    );
    world.leg(&waits, Step::begin("e1").pause("{}")).await;
    world.leg(&ends, Step::begin("e1").end()).await;
    let late = LEASE_END.as_millis() + 1;
    for (id, expected) in [
        (&waits, ExecutionStatus::Waiting),
        (&ends, ExecutionStatus::Done),
    ] {
        let last = world.store.last_execution(id, at(late)).await.unwrap();
        assert_eq!(last.map(|execution| execution.status), Some(expected));
    }
}

pub(crate) async fn the_leases_of_earlier_boots_are_given_back(place: Place) {
    let world = World::of(&place).await;
    let mut leases = Vec::new();
    for (session, node) in [("s1", "a#1"), ("s2", "a#2"), ("s3", "b#1")] {
        let id = world.with_session(session).await;
        let lease = world.take_at(&id, node, 1).await;
        world.commit(&lease, Step::begin("e1")).await.unwrap();
        leases.push(lease);
    }
    assert_eq!(world.store.release_dead("a#2").await.unwrap(), 1);
    assert_eq!(world.store.release_dead("a#2").await.unwrap(), 0);
    for (lease, expected) in leases.iter().zip([
        ExecutionStatus::Stopped,
        ExecutionStatus::Running,
        ExecutionStatus::Running,
    ]) {
        let last = world.store.last_execution(&lease.session, at(5)).await;
        assert_eq!(last.unwrap().map(|it| it.status), Some(expected));
    }
    let lost = world.commit(&leases[0], Step::more("e1")).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
    world.commit(&leases[1], Step::more("e1")).await.unwrap();
}
