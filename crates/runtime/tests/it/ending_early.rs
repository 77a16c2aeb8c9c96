//! What ends a leg before its handler does.

use std::time::Duration;

use runtime::RuntimeConfig;
use serde_json::Value;

use crate::node::{Node, Says, events, read_until, store};

/// The next trigger runs to its end: nothing was left behind that blocks the session.
async fn assert_free(node: &Node, session: &domain::SessionId) {
    let reader = node.trigger(session).await.expect("the session is free");
    node.model.text("free").await;
    node.model.finish().await;
    let leg = events(reader).await;
    assert_eq!(leg.last().expect("an event")["type"], "finish", "{leg:?}");
}

async fn node_with(change: impl FnOnce(&mut RuntimeConfig)) -> (tempfile::TempDir, Node) {
    let (folder, store) = store().await;
    (folder, Node::new(&store, "a", change).await)
}

#[tokio::test]
async fn a_client_that_leaves_keeps_its_partial_answer() {
    let (_folder, node) = node_with(|_| {}).await;
    let session = node.session().await;
    let mut reader = node.trigger(&session).await.expect("a stream");
    node.model.text("partial").await;
    read_until(&mut reader, "partial").await;
    drop(reader);
    assert_free(&node, &session).await;
    assert_eq!(node.texts(&session).await, ["hi", "partial", "hi", "free"]);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_stream_blocks_nothing() {
    let (_folder, node) = node_with(|_| {}).await;
    let session = node.session().await;
    {
        let mut trigger = Box::pin(node.trigger(&session));
        // Polled once, so that the request is under way, and dropped.
        let _ = futures_util::poll!(trigger.as_mut());
    }
    assert_free(&node, &session).await;
}

#[tokio::test]
async fn a_panic_ends_its_own_leg_with_an_error() {
    let (_folder, node) = node_with(|_| {}).await;
    let session = node.session().await;
    let reader = node.trigger(&session).await.expect("a stream");
    node.model.say(Says::Panic).await;
    let leg = events(reader).await;
    let error = leg.last().expect("an event");
    assert_eq!(
        (&error["type"], &error["errorType"]),
        (&Value::from("error"), &Value::from("internal_error"))
    );
    assert_free(&node, &session).await;
}

#[tokio::test]
async fn a_leg_that_takes_too_long_is_ended() {
    let (_folder, node) =
        node_with(|config| config.limits.leg_time = Duration::from_millis(100)).await;
    let session = node.session().await;
    let reader = node.trigger(&session).await.expect("a stream");
    node.model.text("partial").await;
    let leg = events(reader).await;
    assert_eq!(
        leg.last().expect("an event")["errorType"],
        "execution_error"
    );
    assert_eq!(node.texts(&session).await, ["hi", "partial"]);
}

#[tokio::test]
async fn a_reader_that_stopped_reading_is_treated_as_gone() {
    let change = |config: &mut RuntimeConfig| {
        config.limits.tape_bytes = 1_000;
        config.limits.stalled_reader = Duration::from_millis(50);
    };
    let (_folder, node) = node_with(change).await;
    let session = node.session().await;
    let reader = node.trigger(&session).await.expect("a stream");
    for _ in 0..100 {
        node.model.text("more than anybody reads ").await;
    }
    // The next trigger waits for the stalled leg, which is cut.
    let next = node.trigger(&session).await.expect("the session came free");
    let kept = node.texts(&session).await[1].len();
    assert!(
        kept > 0 && kept < 100 * 24,
        "{kept} bytes were taken from the model"
    );
    drop((reader, next));
}
