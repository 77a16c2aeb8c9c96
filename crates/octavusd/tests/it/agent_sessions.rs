//! `/api/agent-sessions`

use domain::Permission;
use reqwest::{Method, StatusCode};
use serde_json::json;
use testkit::Reply;

use crate::TestServer;
use crate::server::{CHAT, Session, continuation, definition, send};

const WITH_INPUT: &str = "
input:
  NAME: { type: string }
  TIER: { type: string, enum: [free, paid], optional: true, default: free }
agent:
  model: anthropic/claude-sonnet-4-5
";

#[tokio::test]
async fn input_is_checked_and_defaults_are_taken() {
    let server = TestServer::start().await;
    server
        .post("/api/agents", &definition("sample", WITH_INPUT))
        .await;
    let refused = [
        json!({ "TIER": "free" }),
        json!({ "NAME": 1 }),
        json!({ "NAME": "Ann", "TIER": "gold" }),
    ];
    for input in refused {
        let body = json!({ "agentId": "sample", "input": input });
        let answer = server.post("/api/agent-sessions", &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    }
    let body = json!({ "agentId": "sample", "input": { "NAME": "Ann", "EXTRA": 1 } });
    let id = server.post("/api/agent-sessions", &body).await.json()["sessionId"].clone();
    let path = format!("/api/agent-sessions/{}", id.as_str().expect("an id"));
    let session = server.get(&path).await.json();
    assert_eq!(session["input"], json!({ "NAME": "Ann", "TIER": "free" }));
    assert_eq!(session["variables"], json!({}));
    assert_eq!(session["resources"], json!({}));
    assert_eq!(session["messages"], json!([]));
    assert_eq!(session["status"], "active");
    let ui = server.get(&format!("{path}?format=ui")).await.json();
    assert_eq!((&ui["sessionId"], &ui["messages"]), (&id, &json!([])));
}

#[tokio::test]
async fn unknown_agents_and_sessions_are_404() {
    let server = TestServer::start().await;
    let answer = server
        .post("/api/agent-sessions", &json!({ "agentId": "nobody" }))
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(
        answer.json()["error"]
            .as_str()
            .expect("a text")
            .contains("nobody")
    );
    for path in ["/api/agent-sessions/x", "/api/agent-sessions/x/logs"] {
        assert_eq!(server.get(path).await.status, StatusCode::NOT_FOUND);
    }
    let body = json!({ "triggerName": "user-message" });
    let answer = server.post("/api/agent-sessions/x/trigger", &body).await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (StatusCode::NOT_FOUND, json!("NOT_FOUND"))
    );
}

#[tokio::test]
async fn another_projects_session_is_not_there() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let stranger = server.key("other", &Permission::ALL).await;
    let answer = send(server.request_as(&stranger, Method::GET, &session.path())).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" } });
    let path = format!("{}/trigger", session.path());
    let answer = send(
        server
            .request_as(&stranger, Method::POST, &path)
            .body(body.to_string()),
    )
    .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

/// What is left of a session, wherever it is read.
async fn assert_tombstone(session: &Session<'_>) {
    for path in ["", "?format=ui", "/logs"] {
        let answer = session
            .server
            .get(&format!("{}{path}", session.path()))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        let body = answer.json();
        assert_eq!(body["status"], "expired");
        assert_eq!(body["sessionId"], session.id);
        assert!(body["agentId"].is_string() && body["createdAt"].is_string());
        assert_eq!(body.as_object().map(serde_json::Map::len), Some(4));
    }
    let answer = session.say("hi").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.json()["code"], "SESSION_EXPIRED");
}

#[tokio::test]
async fn a_session_that_nobody_uses_expires() {
    let life = std::time::Duration::from_millis(20);
    let server = TestServer::start_with(|config| config.session_ttl = life).await;
    let session = server.session_of(CHAT).await;
    tokio::time::sleep(life * 2).await;
    assert_tombstone(&session).await;
}

#[tokio::test]
async fn a_cleared_session_is_a_tombstone() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    session.say("hi").await.events();
    let cleared = session.clear().await;
    assert_eq!(cleared.status, StatusCode::OK);
    let expected = json!({ "sessionId": session.id, "cleared": true });
    assert_eq!(cleared.json(), expected);
    assert_tombstone(&session).await;
    let expected = json!({ "sessionId": session.id, "cleared": false });
    assert_eq!(session.clear().await.json(), expected);
}

#[tokio::test]
async fn only_a_session_of_the_project_is_cleared() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let stranger = server.key("other", &Permission::ALL).await;
    for (key, path) in [
        (&stranger, session.path()),
        (&stranger, "/api/agent-sessions/x".to_owned()),
    ] {
        let answer = send(server.request_as(key, Method::DELETE, &path)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    session.say("still there").await.events();
}

#[tokio::test]
async fn clearing_cuts_the_execution_that_runs() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::new().then_text("one").then_hold());
    let body = json!({ "triggerName": "user-message", "input": { "TEXT": "hi" } });
    let path = format!("{}/trigger", session.path());
    let request = server.request(Method::POST, &path).body(body.to_string());
    let leg = request.send().await.expect("a stream");
    server.fake.until_requested(1).await;
    assert_eq!(session.clear().await.json()["cleared"], true);
    let text = leg.text().await.expect("a body");
    assert!(text.contains("\"errorType\":\"not_found_error\""), "{text}");
    assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
    server.fake.until_aborted(1).await;
    assert_tombstone(&session).await;
}

#[tokio::test]
async fn results_for_a_cleared_session_come_too_late() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("get-time", json!({})));
    let leg = session.say("time?").await;
    session.clear().await;
    let late = session.answer(&leg, &json!("noon")).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    assert_eq!(late.json()["code"], "SESSION_EXPIRED");
}

#[tokio::test]
async fn sessions_stay_with_the_revision_they_began_with() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let body = json!({ "prompts": [
        { "name": "system", "content": "Be long." }, { "name": "text", "content": "{{TEXT}}" },
    ] });
    let patch = server
        .request(Method::PATCH, "/api/agents/sample?by=slug")
        .body(body.to_string());
    assert_eq!(send(patch).await.status, StatusCode::OK);
    server.fake.push(Reply::text("ok"));
    session.say("hi").await;
    let request = server
        .fake
        .requests()
        .pop()
        .expect("a request")
        .body
        .to_string();
    assert!(
        request.contains("Be brief.") && !request.contains("Be long."),
        "{request}"
    );
}

#[tokio::test]
async fn what_a_killed_server_ran_is_shown_as_over() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("search", json!({})));
    server.fake.push(Reply::new().then_hold());
    let asked = session.say("hi").await;
    let path = format!("{}/trigger", session.path());
    let body = continuation(&asked, &json!("found")).to_string();
    let request = server.request(Method::POST, &path).body(body);
    let leg = request.send().await.expect("a stream");
    server.fake.until_requested(2).await;
    let status = |ui: serde_json::Value| {
        let messages = ui["messages"].as_array().expect("messages").clone();
        messages.last().map(|message| message["status"].clone())
    };
    // The answer is the last message, and more may come of it.
    assert_eq!(status(session.ui().await), Some(json!("streaming")));
    let id = session.id;
    let server = server.restart().await;
    let session = Session {
        server: &server,
        id,
    };
    assert_eq!(status(session.ui().await), Some(json!("done")));
    drop(leg);
    session.say("free").await.events();
}
