//! A server that is asked to stop.

use std::time::Duration;

use runtime::RuntimeError;
use store::AcquireLease;

use crate::node::{Node, events, store};

#[tokio::test]
async fn draining_refuses_new_legs_and_ends_the_running() {
    let (_folder, store) = store().await;
    let node = Node::new(&store, "a", |it| it.drain_time = Duration::from_millis(10)).await;
    let session = node.session().await;
    let reader = node.trigger(&session).await.expect("a stream");
    node.model.text("partial").await;
    node.runtime.drain().await;
    let refused = node.trigger(&session).await.err().expect("refused");
    assert!(matches!(refused, RuntimeError::ShuttingDown), "{refused}");
    let leg = events(reader).await;
    assert_eq!(
        leg.last().expect("an event")["retryable"],
        true,
        "never a bare end"
    );
}

#[tokio::test]
async fn a_trigger_that_waits_for_its_turn_is_refused_when_the_server_ends() {
    let (_folder, store) = store().await;
    let node = Node::new(&store, "a", |it| it.drain_time = Duration::from_millis(10)).await;
    let session = node.session().await;
    let now = runtime::now();
    let request = AcquireLease {
        project: &node.project,
        session: &session,
        node: "b#1",
        now,
        until: now.plus(Duration::from_secs(60)),
    };
    store.acquire(request).await.expect("a free session");
    let (refused, ()) = tokio::join!(node.trigger(&session), node.runtime.drain());
    let refused = refused.err().expect("refused");
    assert!(matches!(refused, RuntimeError::ShuttingDown), "{refused}");
}
