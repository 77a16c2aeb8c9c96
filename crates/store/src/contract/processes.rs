//! More than one process on one database, and one after the other.

use std::sync::Arc;

use super::world::{Place, Step, World, at, project, state};
use crate::{Acquired, ExecutionStatus, FindAgent};

pub(crate) async fn reopening_keeps_everything(place: Place) {
    let id = {
        let world = World::of(&place).await;
        let id = world.with_session("s1").await;
        let values = state("kept");
        let step = Step::begin("e1").texts(&["a", "b"]).log(&["c"]);
        world.leg(&id, step.state(&values).pause("{}")).await;
        id
    };
    let world = World::of(&place).await;
    assert_eq!(world.items(&id).await.len(), 2);
    assert_eq!(world.log(&id, 9).await.len(), 1);
    assert_eq!(world.session(&id).await.state, state("kept"));
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Waiting);
    let find = FindAgent::Slug("helper");
    let agent = world.store.agent(&world.project, find).await.unwrap();
    assert!(agent.is_some());

    world
        .leg(&id, Step::begin("e1").leg(2).texts(&["d"]).end())
        .await;
    assert_eq!(world.items(&id).await[2].seq, 2);
}

pub(crate) async fn two_processes_write_at_once(place: Place) {
    const ROUNDS: usize = 20;
    let mut writers = tokio::task::JoinSet::new();
    for process in 0..2 {
        let world = World::in_store(place.open().await).await;
        let world = Arc::new(world);
        for task in 0..3 {
            let world = Arc::clone(&world);
            writers.spawn(async move {
                let id = world.with_session(&format!("s{process}-{task}")).await;
                for round in 0..ROUNDS {
                    let name = format!("e{round}");
                    let step = Step::begin(&name).texts(&["a"]).end();
                    world.leg(&id, step).await;
                    // This one reads before it writes.
                    let short = world.with_session(&format!("{id}-{round}")).await;
                    let (store, project) = (&world.store, &world.project);
                    let ended = store.expire_session(project, &short, at(5)).await;
                    assert_eq!(ended.unwrap(), Some(true));
                }
                world.items(&id).await.len()
            });
        }
    }
    assert_eq!(writers.join_all().await, [ROUNDS; 6]);
}

pub(crate) async fn two_processes_may_open_a_new_store_together(place: Place) {
    let place = Arc::new(place);
    let mut openers = tokio::task::JoinSet::new();
    for process in 0..4 {
        let place = Arc::clone(&place);
        openers.spawn(async move {
            let store = place.open().await;
            let fresh = format!("project-{process}").into();
            let made = store.ensure_project("acme", fresh, at(0)).await;
            made.expect("a project")
        });
    }
    let projects = openers.join_all().await;
    assert!(projects.iter().all(|id| *id == projects[0]));
}

pub(crate) async fn a_lease_holds_across_processes(place: Place) {
    let first = World::of(&place).await;
    let second = World::of(&place).await;
    let id = first.with_session("s1").await;
    let lease = first.take_at(&id, "node#1", 1).await;
    assert_eq!(second.acquire(&id, "other#1", 1).await, Acquired::Busy);
    let pause = Step::begin("e1").texts(&["call"]).pause("{}");
    first.commit(&lease, pause).await.unwrap();

    let lease = second.take_at(&id, "other#1", 1).await;
    let end = Step::begin("e1").leg(2).texts(&["result"]).end();
    second.commit(&lease, end).await.unwrap();
    assert_eq!(first.items(&id).await.len(), 2);
    let execution = first.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Done);
}

pub(crate) async fn a_store_that_takes_writes_answers_a_ping(place: Place) {
    let store = place.open().await;
    store.ping().await.unwrap();
    store.ping().await.unwrap();
    assert!(store.keys(None).await.unwrap().is_empty());
    let acme = project(&*store, "acme").await;
    let again = store.ensure_project("acme", "fresh".into(), at(1)).await;
    assert_eq!(again.unwrap(), acme);
}

/// A caller may go away at any point of a write.
pub(crate) async fn a_dropped_write_leaves_the_store_usable(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    world.commit(&lease, Step::begin("e1")).await.unwrap();
    for patience in 0..100 {
        let step = Step::more("e1").texts(&["a", "b"]);
        let gone = async {
            for _ in 0..patience * 4 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            result = world.commit(&lease, step) => drop(result.unwrap()),
            () = gone => {}
        }
    }
    // This waits for whatever was on its way when its caller left.
    let end = Step::more("e1").texts(&["last"]).end();
    let stored = world.commit(&lease, end).await.unwrap();
    let last = stored[0].seq;
    assert_eq!(last % 2, 0, "no half of a commit");
    let seqs = world.items(&id).await.into_iter().map(|item| item.seq);
    assert!(seqs.eq(0..=last), "no gap");
}
