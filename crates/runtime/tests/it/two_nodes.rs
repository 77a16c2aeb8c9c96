//! Any node takes any request.

use std::time::Duration;

use store::{AcquireLease, Acquired};

use crate::node::{Node, events, read_until, store};

#[tokio::test]
async fn a_pause_on_one_node_goes_on_at_another_without_a_wait() {
    let (_folder, store) = store().await;
    let (a, b) = (
        Node::new(&store, "a", |_| {}).await,
        Node::new(&store, "b", |_| {}).await,
    );
    let session = a.session().await;
    a.model.call("search").await;
    let leg = events(a.trigger(&session).await.expect("a stream")).await;
    b.model.text("done").await;
    b.model.finish().await;
    let asked = tokio::time::Instant::now();
    let leg = events(b.resume(&session, &leg).await.expect("a stream")).await;
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "a waiting execution holds no lease"
    );
    assert_eq!(leg.last().expect("an event")["finishReason"], "stop");
    assert_eq!(a.texts(&session).await, ["hi", "done"]);
}

#[tokio::test]
async fn a_session_that_runs_elsewhere_is_waited_for() {
    let (_folder, store) = store().await;
    let (a, b) = (
        Node::new(&store, "a", |_| {}).await,
        Node::new(&store, "b", |_| {}).await,
    );
    let session = a.session().await;
    let first = a.trigger(&session).await.expect("a stream");
    b.model.text("second").await;
    b.model.finish().await;
    let (second, ()) = tokio::join!(b.trigger(&session), async {
        a.model.text("first").await;
        a.model.finish().await;
    });
    events(first).await;
    events(second.expect("its turn came")).await;
    assert_eq!(b.texts(&session).await, ["hi", "first", "hi", "second"]);
}

#[tokio::test]
async fn a_node_that_lost_its_lease_writes_nothing_more() {
    let (_folder, store) = store().await;
    let quick = |config: &mut runtime::RuntimeConfig| {
        config.lease_renewal = Duration::from_millis(20);
    };
    let node = Node::new(&store, "a", quick).await;
    let session = node.session().await;
    let mut reader = node.trigger(&session).await.expect("a stream");
    node.model.text("lost").await;
    read_until(&mut reader, "lost").await;
    // Another node, for whom this lease ran out long ago.
    let later = runtime::now().plus(Duration::from_secs(3600));
    let request = AcquireLease {
        project: &node.project,
        session: &session,
        node: "b#1",
        now: later,
        until: later.plus(Duration::from_secs(60)),
    };
    let acquired = store.acquire(request).await.expect("a store");
    assert!(matches!(acquired, Acquired::Taken { .. }), "{acquired:?}");
    let rest = events(reader).await;
    assert_eq!(rest.last().expect("an event")["type"], "error");
    assert_eq!(
        node.texts(&session).await,
        ["hi"],
        "the zombie's text is not stored"
    );
}

#[tokio::test]
async fn a_lease_is_kept_for_as_long_as_the_leg_runs() {
    let (_folder, store) = store().await;
    let short = |config: &mut runtime::RuntimeConfig| {
        config.lease_ttl = Duration::from_millis(300);
        config.lease_renewal = Duration::from_millis(50);
        config.limits.busy_wait = Duration::from_secs(1);
    };
    let (a, b) = (
        Node::new(&store, "a", short).await,
        Node::new(&store, "b", short).await,
    );
    let session = a.session().await;
    let reader = a.trigger(&session).await.expect("a stream");
    let refused = b
        .trigger(&session)
        .await
        .err()
        .expect("three lease lives later it is still busy");
    assert!(
        matches!(refused, runtime::RuntimeError::SessionBusy { .. }),
        "{refused}"
    );
    a.model.finish().await;
    events(reader).await;
}

#[tokio::test]
async fn of_two_starts_at_once_one_makes_the_session() {
    let (_folder, store) = store().await;
    let (a, b) = (
        Node::new(&store, "a", |_| {}).await,
        Node::new(&store, "b", |_| {}).await,
    );
    a.deploy().await;
    for round in 0..20 {
        let key = format!("key-{round}");
        let (first, second) = tokio::join!(a.start(&key), b.start(&key));
        let (winner, (session, reader), loser) = match (first, second) {
            (Ok(started), Err(refused)) => (&a, started, refused),
            (Err(refused), Ok(started)) => (&b, started, refused),
            (Ok(_), Ok(_)) => panic!("both ran"),
            (Err(first), Err(second)) => panic!("neither ran: {first}, {second}"),
        };
        assert!(
            matches!(loser, runtime::RuntimeError::SessionBusy { .. }),
            "{loser}"
        );
        winner.model.text("once").await;
        winner.model.finish().await;
        events(reader).await;
        assert_eq!(a.texts(&session).await, ["hi", "once"]);
    }
}

#[tokio::test]
async fn a_start_that_died_with_its_node_is_run_again() {
    let (_folder, store) = store().await;
    let a = Node::new(&store, "a", |_| {}).await;
    a.deploy().await;
    let (session, mut reader) = a.start("key").await.expect("a stream");
    a.model.text("lost").await;
    read_until(&mut reader, "lost").await;
    // The next process of the same node: the first one counts as dead.
    let next = Node::new(&store, "a", |_| {}).await;
    next.model.text("found").await;
    next.model.finish().await;
    let (again, second) = next.start("key").await.expect("a stream");
    assert_eq!(again, session);
    events(second).await;
    assert_eq!(next.texts(&session).await, ["hi", "found"]);
}
