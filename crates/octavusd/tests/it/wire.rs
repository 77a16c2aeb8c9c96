//! Which shape a client reads: that of its request, or that of its key.

use domain::wire::WireChoice;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::{CHAT, Session, send};

/// How a client presents itself: a header and its value.
type Looks = Option<(&'static str, &'static str)>;

const CURRENT: Looks = Some(("x-octavus-sdk-version", "4"));
const FETCH: Looks = Some(("user-agent", "node"));
const PLAIN: Looks = None;

/// Whether answers to that client have the older shape, which knows no senders and no steps.
async fn reads_legacy(session: &Session<'_>, key: &str, looks: Looks) -> bool {
    let ask = |method, path: &str| {
        let request = session.server.request_as(key, method, path);
        looks.into_iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        })
    };
    let shown = |path: &str| send(ask(Method::GET, path));
    let ui = shown(&format!("{}?format=ui", session.path())).await.json();
    let full = shown(&session.path()).await.json();
    let has = |value: &Value, text: &str| value.to_string().contains(text);
    let marks = [
        has(&ui, "sender"),
        has(&ui, "step-start"),
        has(&full, "sender"),
        has(&full, "step-start"),
    ];
    assert!(marks.iter().all(|mark| *mark == marks[0]), "{marks:?}");
    session
        .server
        .fake
        .push(Reply::tool("search", json!({ "q": "a" })));
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "go" },
        "rollbackAfterMessageId": ui["messages"][1]["id"] });
    let path = format!("{}/trigger", session.path());
    let leg = send(ask(Method::POST, &path).body(body.to_string())).await;
    let deltas = leg.event_types().contains(&"tool-input-delta".to_owned());
    assert_eq!(deltas, marks[0], "{}", leg.text);
    !marks[0]
}

async fn session(server: &TestServer) -> Session<'_> {
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("search", json!({ "q": "a" })));
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" },
        "sender": { "name": "Ada" } });
    let leg = session.trigger(&body).await;
    session.answer(&leg, &json!("found")).await.events();
    session
}

#[tokio::test]
async fn a_request_tells_the_shape_where_the_key_leaves_it_open() {
    let server = TestServer::start().await;
    let session = session(&server).await;
    let key = server.key_with_wire(WireChoice::Auto).await;
    assert!(!reads_legacy(&session, &key, CURRENT).await);
    assert!(!reads_legacy(&session, &key, PLAIN).await);
    assert!(reads_legacy(&session, &key, FETCH).await);
    assert!(reads_legacy(&session, &key, Some(("sec-fetch-mode", "cors"))).await);
    assert!(reads_legacy(&session, &key, Some(("x-octavus-sdk-version", "3"))).await);
}

#[tokio::test]
async fn a_key_may_choose_the_shape() {
    let server = TestServer::start().await;
    let session = session(&server).await;
    for (wire, legacy) in [(WireChoice::Legacy, true), (WireChoice::V4, false)] {
        let key = server.key_with_wire(wire).await;
        for looks in [CURRENT, FETCH, PLAIN] {
            let reads = reads_legacy(&session, &key, looks).await;
            assert_eq!(reads, legacy, "{wire:?} {looks:?}");
        }
    }
}

#[tokio::test]
async fn a_start_has_the_current_shape_unless_the_key_says_otherwise() {
    let server = TestServer::start().await;
    server.session_of(CHAT).await;
    for (wire, deltas) in [
        (WireChoice::Auto, true),
        (WireChoice::V4, true),
        (WireChoice::Legacy, false),
    ] {
        let key = server.key_with_wire(wire).await;
        server.fake.push(Reply::tool("search", json!({ "q": "a" })));
        let body = json!({ "agentId": "sample",
            "trigger": { "triggerName": "user-message", "input": { "TEXT": "hi" } } });
        let request = server.request_as(&key, Method::POST, "/api/agent-sessions/start");
        let request = request.header("user-agent", "node");
        let leg = send(request.body(body.to_string())).await;
        let types = leg.event_types();
        assert_eq!(
            types.contains(&"tool-input-delta".to_owned()),
            deltas,
            "{wire:?}"
        );
    }
}
