//! The commit points, and what each makes of execution, pause and lease.

use domain::SessionState;

use super::world::{Place, SESSION_END, Step, World, at, is_running, item, state};
use crate::{CommitPoint, CommitWrite, ExecutionStatus, Pause, StoreError, StoredExecution};

const FRAME: &str = r#"{"at":["handlers","user-message",2],"nul":"\u0000"}"#;

pub(crate) async fn the_first_commit_makes_the_execution_and_keeps_the_lease(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let none = world
        .store
        .execution(&id, &"e1".into(), at(5))
        .await
        .unwrap();
    assert_eq!(none, None);
    assert_eq!(world.store.last_execution(&id, at(5)).await.unwrap(), None);

    let first = Step::begin("e1").texts(&["hello"]);
    world.commit(&lease, first).await.unwrap();
    let expected = StoredExecution {
        id: "e1".into(),
        session: id.clone(),
        status: ExecutionStatus::Running,
        leg: 1,
        pause: None,
        first_seq: 0,
    };
    assert_eq!(world.execution(&id, "e1").await, expected);
    let last = world.store.last_execution(&id, at(5)).await.unwrap();
    assert_eq!(last, Some(expected));
    assert!(!world.is_free(&id).await);
}

pub(crate) async fn a_step_adds_items_and_keeps_the_lease(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let first = Step::begin("e1").texts(&["hello"]);
    world.commit(&lease, first).await.unwrap();
    let values = state("set");
    let step = Step::more("e1").texts(&["hi"]).state(&values);
    world.commit(&lease, step).await.unwrap();
    assert_eq!(world.items(&id).await.len(), 2);
    assert_eq!(world.session(&id).await.state, values);
    assert!(is_running(&world.execution(&id, "e1").await));
    assert!(!world.is_free(&id).await);
}

pub(crate) async fn a_pause_waits_and_frees_the_session(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let first = Step::begin("e1").texts(&["hello"]);
    world.commit(&lease, first).await.unwrap();
    let values = state("at the pause");
    let pause = Step::more("e1")
        .texts(&["call"])
        .state(&values)
        .pause(FRAME);
    world.commit(&lease, pause).await.unwrap();

    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Waiting);
    let expected = Pause {
        frame: FRAME.to_owned(),
        state: values,
        next_seq: 2,
    };
    assert_eq!(execution.pause, Some(expected));
    assert!(world.is_free(&id).await);
}

pub(crate) async fn a_pause_keeps_the_values_that_the_session_has(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let values = state("set before");
    let first = Step::begin("e1").state(&values);
    world.commit(&lease, first).await.unwrap();
    let pause = Step::more("e1").pause(FRAME);
    world.commit(&lease, pause).await.unwrap();
    let pause = world.execution(&id, "e1").await.pause.unwrap();
    assert_eq!(pause.state, values);
    assert_eq!(pause.next_seq, 0);
}

/// A session with an execution that waits after one item.
async fn waiting(place: &Place) -> (World, domain::SessionId) {
    let world = World::of(place).await;
    let id = world.with_session("s1").await;
    let pause = Step::begin("e1").texts(&["call"]).pause(FRAME);
    world.leg(&id, pause).await;
    (world, id)
}

pub(crate) async fn a_later_leg_runs_and_keeps_the_pause(place: Place) {
    let (world, id) = waiting(&place).await;
    let pause = world.execution(&id, "e1").await.pause;
    let lease = world.take(&id).await;
    let second = Step::begin("e1").leg(2).texts(&["result"]);
    world.commit(&lease, second).await.unwrap();
    let execution = world.execution(&id, "e1").await;
    assert!(is_running(&execution));
    assert_eq!((execution.leg, execution.first_seq), (2, 0));
    assert!(pause.is_some());
    assert_eq!(execution.pause, pause);
    assert!(!world.is_free(&id).await);
}

pub(crate) async fn an_end_drops_the_pause_and_frees_the_session(place: Place) {
    let (world, id) = waiting(&place).await;
    let lease = world.take(&id).await;
    let second = Step::begin("e1").leg(2);
    world.commit(&lease, second).await.unwrap();
    let end = Step::more("e1").leg(2).end();
    world.commit(&lease, end).await.unwrap();
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Done);
    assert_eq!(execution.pause, None);
    assert!(world.is_free(&id).await);
}

pub(crate) async fn a_failure_is_an_end(place: Place) {
    let (world, id) = waiting(&place).await;
    let failed = CommitPoint::End { failed: true };
    let second = Step::begin("e1").leg(2).at(failed);
    world.leg(&id, second).await;
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Failed);
    assert_eq!(execution.pause, None);
    assert!(world.is_free(&id).await);
}

pub(crate) async fn a_stop_keeps_the_pause_and_frees_the_session(place: Place) {
    let (world, id) = waiting(&place).await;
    let before = world.execution(&id, "e1").await.pause;
    let lease = world.take(&id).await;
    let second = Step::begin("e1").leg(2);
    world.commit(&lease, second).await.unwrap();
    let values = state("half way");
    let stop = Step::more("e1").leg(2).texts(&["partial"]).state(&values);
    world
        .commit(&lease, stop.at(CommitPoint::Stop))
        .await
        .unwrap();
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Stopped);
    assert!(before.is_some());
    assert_eq!(execution.pause, before);
    assert!(world.is_free(&id).await);
}

pub(crate) async fn a_leg_may_begin_and_end_in_one_commit(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let whole = Step::begin("e1").texts(&["hello", "hi"]).end();
    world.leg(&id, whole).await;
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Done);
    assert_eq!((execution.leg, execution.first_seq), (1, 0));
    assert!(world.is_free(&id).await);
}

pub(crate) async fn a_leg_may_begin_and_pause_in_one_commit(place: Place) {
    let (world, id) = waiting(&place).await;
    let again = Step::begin("e1")
        .leg(2)
        .texts(&["result", "call"])
        .pause("{}");
    world.leg(&id, again).await;
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.status, ExecutionStatus::Waiting);
    assert_eq!(execution.leg, 2);
    let pause = execution.pause.unwrap();
    assert_eq!((pause.frame.as_str(), pause.next_seq), ("{}", 3));
}

pub(crate) async fn a_new_trigger_stops_what_waits(place: Place) {
    let (world, id) = waiting(&place).await;
    let lease = world.take(&id).await;
    let next = Step::begin("e2").texts(&["again"]);
    world.commit(&lease, next).await.unwrap();
    let old = world.execution(&id, "e1").await;
    assert_eq!(old.status, ExecutionStatus::Stopped);
    assert_eq!(old.pause, None);
    let new = world.execution(&id, "e2").await;
    assert!(is_running(&new));
    assert_eq!(new.first_seq, 1);
}

pub(crate) async fn a_new_trigger_stops_what_a_dead_node_ran(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let dead = world.take_at(&id, "node#1", 1).await;
    world.commit(&dead, Step::begin("e1")).await.unwrap();
    let lease = world.take_at(&id, "node#2", 1).await;
    world.commit(&lease, Step::begin("e2")).await.unwrap();
    let old = world.execution(&id, "e1").await;
    assert_eq!(old.status, ExecutionStatus::Stopped);
    assert!(is_running(&world.execution(&id, "e2").await));
}

/// Else a late repetition of its continuation would rewind what the new trigger said.
pub(crate) async fn a_new_trigger_drops_the_pause_of_what_was_stopped(place: Place) {
    let (world, id) = waiting(&place).await;
    let cut = Step::begin("e1").leg(2).at(CommitPoint::Stop);
    world.leg(&id, cut).await;
    assert!(world.execution(&id, "e1").await.pause.is_some());
    world.leg(&id, Step::begin("e2").end()).await;
    let old = world.execution(&id, "e1").await;
    assert_eq!(old.status, ExecutionStatus::Stopped);
    assert_eq!(old.pause, None);
}

pub(crate) async fn a_new_trigger_leaves_what_has_ended(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.leg(&id, Step::begin("e1").end()).await;
    let failed = CommitPoint::End { failed: true };
    world.leg(&id, Step::begin("e2").at(failed)).await;
    let other = world.with_session("s2").await;
    world.leg(&other, Step::begin("e1").pause(FRAME)).await;

    world.leg(&id, Step::begin("e3").end()).await;
    let status = async |session, id| world.execution(session, id).await.status;
    assert_eq!(status(&id, "e1").await, ExecutionStatus::Done);
    assert_eq!(status(&id, "e2").await, ExecutionStatus::Failed);
    assert_eq!(status(&other, "e1").await, ExecutionStatus::Waiting);
}

pub(crate) async fn a_taken_execution_id_is_a_conflict(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    world.commit(&lease, Step::begin("e1")).await.unwrap();
    let again = Step::begin("e1").texts(&["twice"]);
    let refused = world.commit(&lease, again).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    assert_eq!(world.items(&id).await, []);
    let going_on = Step::more("e1").texts(&["once"]);
    world.commit(&lease, going_on).await.unwrap();
    assert_eq!(world.texts(&id).await, [(0, "once".to_owned())]);
}

pub(crate) async fn a_leg_of_no_execution_is_refused_and_writes_nothing(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    for step in [
        Step::begin("nobody").leg(2),
        Step::more("nobody").end(),
        Step::more("nobody").pause(FRAME),
        Step::more("nobody").at(CommitPoint::Stop),
    ] {
        let refused = world.commit(&lease, step.texts(&["lost"])).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))));
    }
    assert_eq!(world.items(&id).await, []);
    assert!(!world.is_free(&id).await);
}

pub(crate) async fn a_commit_prolongs_the_session(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let write = CommitWrite {
        execution: &"e1".into(),
        leg: 1,
        begin: true,
        keyed: false,
        rewind: None,
        point: CommitPoint::Step,
        items: &[std::sync::Arc::new(item("hello"))],
        state: None,
        log: &[],
        now: at(77),
        expires: at(123_456),
    };
    let stored = world.store.commit(&lease, write).await.unwrap();
    assert_eq!(stored[0].created, at(77));
    let session = world.session(&id).await;
    assert_eq!(session.created, at(0));
    assert_eq!((session.updated, session.expires), (at(77), at(123_456)));
    assert_ne!(session.expires, SESSION_END);
}

pub(crate) async fn a_commit_without_values_keeps_them(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let values = state("kept");
    let first = Step::begin("e1").state(&values);
    world.commit(&lease, first).await.unwrap();
    world.commit(&lease, Step::more("e1")).await.unwrap();
    assert_eq!(world.session(&id).await.state, values);
    let empty = SessionState::default();
    let emptied = Step::more("e1").state(&empty).end();
    world.commit(&lease, emptied).await.unwrap();
    assert_eq!(world.session(&id).await.state, empty);
}

pub(crate) async fn the_last_execution_is_the_one_begun_last(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    for name in ["e9", "e1", "e5"] {
        world.leg(&id, Step::begin(name).pause(FRAME)).await;
        let last = world
            .store
            .last_execution(&id, at(5))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(last.id, name.into());
    }
    world.leg(&id, Step::begin("e1").leg(2).end()).await;
    let last = world
        .store
        .last_execution(&id, at(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(last.id, "e5".into());
}
