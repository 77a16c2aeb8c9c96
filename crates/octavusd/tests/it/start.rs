//! `/api/agent-sessions/start`

use domain::StreamEvent;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::{Answer, CHAT, Session, definition};

const PATH: &str = "/api/agent-sessions/start";

async fn server() -> TestServer {
    let server = TestServer::start().await;
    let created = server
        .post("/api/agents", &definition("sample", CHAT))
        .await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    server
}

fn body(text: &str, key: &str) -> Value {
    json!({
        "agentId": "sample",
        "trigger": { "triggerName": "user-message", "input": { "TEXT": text } },
        "idempotencyKey": key,
    })
}

/// The session that a start made, as the header names it.
fn session<'a>(server: &'a TestServer, started: &Answer) -> Session<'a> {
    let id = started.headers["x-octavus-session-id"].to_str();
    let id = id.expect("a text").to_owned();
    Session { server, id }
}

#[tokio::test]
async fn a_start_makes_a_session_and_runs_its_trigger() {
    let server = server().await;
    server.fake.push(Reply::text("Hello"));
    let mut request = body("hi", "k");
    request
        .as_object_mut()
        .expect("an object")
        .remove("idempotencyKey");
    let started = server.post(PATH, &request).await;
    let session = session(&server, &started);
    let events = started.events();
    assert!(
        matches!(&events[0], StreamEvent::Start { session_id, .. } if session_id.as_str() == session.id),
        "{events:?}"
    );
    assert_eq!(session.texts().await, ["hi", "Hello"]);
    server.fake.push(Reply::text("again"));
    session.say("more").await.events();
    assert_eq!(session.texts().await, ["hi", "Hello", "more", "again"]);
    let other = server.post(PATH, &request).await;
    assert_ne!(self::session(&server, &other).id, session.id);
}

#[tokio::test]
async fn who_starts_and_with_which_tools_is_kept() {
    let server = TestServer::start().await;
    let protocol = CHAT.replace(
        "  agentic: true",
        "  agentic: true\n  mcpServers: [browser]",
    );
    let servers = "mcpServers: { browser: { description: The browser, source: consumer } }";
    let agent = definition("sample", &format!("{protocol}\n{servers}"));
    server.post("/api/agents", &agent).await;
    let mut request = body("hi", "k");
    request["trigger"]["sender"] = json!({ "name": "Ada" });
    request["trigger"]["dynamicToolSchemas"] = json!([
        { "name": "browser__click", "description": "Clicks", "inputSchema": { "type": "object" } }
    ]);
    let started = server.post(PATH, &request).await;
    started.events();
    let session = session(&server, &started);
    let ui = session.ui().await;
    assert_eq!(ui["messages"][0]["sender"]["name"], "Ada");
    let offered = server.fake.requests()[0].body["tools"].to_string();
    assert!(offered.contains("browser__click"), "{offered}");
}

#[tokio::test]
async fn a_key_whose_session_is_gone_is_not_used_again() {
    let server = server().await;
    let started = server.post(PATH, &body("hi", "k")).await;
    started.events();
    session(&server, &started).clear().await;
    let again = server.post(PATH, &body("hi", "k")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "{}", again.text);
    assert_eq!(again.json()["code"], "SESSION_EXPIRED");
}

#[tokio::test]
async fn what_cannot_be_started_leaves_its_key_free() {
    let server = server().await;
    let refused = [
        (json!({ "agentId": "sample" }), StatusCode::BAD_REQUEST),
        (body("hi", ""), StatusCode::BAD_REQUEST),
        (body("hi", &"k".repeat(256)), StatusCode::BAD_REQUEST),
        (
            json!({ "agentId": "sample", "trigger": { "triggerName": "nonsense" }, "idempotencyKey": "k" }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "agentId": "sample", "trigger": { "triggerName": "user-message" }, "idempotencyKey": "k" }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "agentId": "nobody", "trigger": { "triggerName": "user-message" } }),
            StatusCode::NOT_FOUND,
        ),
    ];
    for (body, status) in refused {
        let answer = server.post(PATH, &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
    server.post(PATH, &body("hi", "k")).await.events();
}

#[tokio::test]
async fn a_repeat_runs_the_only_turn_again() {
    let server = server().await;
    server.fake.push(Reply::text("one"));
    let first = server.post(PATH, &body("hi", "k")).await;
    let session = session(&server, &first);
    for text in ["two", "three"] {
        server.fake.push(Reply::text(text));
        let repeat = server.post(PATH, &body("hi", "k")).await;
        assert_eq!(self::session(&server, &repeat).id, session.id);
        assert_eq!(repeat.said(), text);
        assert!(
            matches!(
                &repeat.events()[0],
                StreamEvent::Start {
                    last_message_id: None,
                    ..
                }
            ),
            "nothing came before"
        );
        assert_eq!(session.texts().await, ["hi", text]);
    }
    let elsewhere = server.post(PATH, &body("hi", "another")).await;
    assert_ne!(self::session(&server, &elsewhere).id, session.id);
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_repeat_takes_the_place_of_a_turn_that_waits_for_tools() {
    let server = server().await;
    server.fake.push(Reply::tool("get-time", json!({})));
    let first = server.post(PATH, &body("hi", "k")).await;
    let session = session(&server, &first);
    server.fake.push(Reply::text("Hello"));
    let repeat = server.post(PATH, &body("hi", "k")).await;
    assert_eq!(repeat.said(), "Hello");
    let late = session.answer(&first, &json!("noon")).await;
    assert_eq!(late.json()["code"], "EXECUTION_NOT_FOUND");
    assert_eq!(session.texts().await, ["hi", "Hello"]);
}

#[tokio::test]
async fn a_repeat_behind_later_turns_is_a_conflict() {
    let server = server().await;
    let first = server.post(PATH, &body("hi", "k")).await;
    let session = session(&server, &first);
    session.say("more").await.events();
    let before = session.texts().await;
    let repeat = server.post(PATH, &body("hi", "k")).await;
    assert_eq!(repeat.status, StatusCode::CONFLICT);
    assert_eq!(repeat.json()["code"], "CONFLICT");
    assert_eq!(session.texts().await, before);
    session.say("free").await.events();
}

#[tokio::test]
async fn a_repeat_while_the_first_runs_is_told_to_wait() {
    let server = server().await;
    server
        .fake
        .push(Reply::new().then_text("one").then_hold().then_text("two"));
    let request = server.request(Method::POST, PATH);
    let first = request.body(body("hi", "k").to_string()).send().await;
    let first = first.expect("a stream");
    let asked = tokio::time::Instant::now();
    let repeat = server.post(PATH, &body("hi", "k")).await;
    assert!(asked.elapsed().as_secs() < 5, "it is told at once");
    assert_eq!(repeat.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(repeat.json()["code"], "SESSION_BUSY");
    assert_eq!(repeat.headers["retry-after"], "1");
    server.fake.release();
    assert!(first.text().await.expect("a body").contains("two"));
}

#[tokio::test]
async fn a_key_is_forgotten_in_time() {
    let forget = |config: &mut runtime::RuntimeConfig| {
        config.limits.start_key_life = std::time::Duration::ZERO;
    };
    let server = TestServer::start_with(forget).await;
    server
        .post("/api/agents", &definition("sample", CHAT))
        .await;
    let first = server.post(PATH, &body("hi", "k")).await;
    let first = session(&server, &first).id;
    let repeat = server.post(PATH, &body("hi", "k")).await;
    assert_ne!(session(&server, &repeat).id, first);
}

#[tokio::test]
async fn a_repeat_begins_with_new_values() {
    let protocol = CHAT.replace(
        "block: next-message",
        "block: next-message\n      output: ANSWER",
    ) + "variables:\n  ANSWER: { type: string, default: none }\ninput:\n  NAME: { type: string }\n";
    let server = TestServer::start().await;
    let created = server
        .post("/api/agents", &definition("sample", &protocol))
        .await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    let mut request = body("hi", "k");
    request["input"] = json!({ "NAME": "Ann" });
    server.fake.push(Reply::text("one"));
    let first = server.post(PATH, &request).await;
    let session = session(&server, &first);
    let state = server.get(&session.path()).await.json();
    assert_eq!(state["variables"], json!({ "ANSWER": "one" }));
    request["input"] = json!({ "NAME": "Bob" });
    server
        .fake
        .push(Reply::fail(400, "invalid_request_error", "no"));
    server.post(PATH, &request).await.events();
    let state = server.get(&session.path()).await.json();
    assert_eq!(state["input"], json!({ "NAME": "Bob" }));
    assert_eq!(state["variables"], json!({ "ANSWER": "none" }));
}
