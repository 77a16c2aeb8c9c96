//! `/api/agent-sessions/:id/restore`

use domain::Permission;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::{Answer, CHAT, Session, definition, send};

const WITH_INPUT: &str = "
input:
  NAME: { type: string }
variables:
  ANSWER: { type: string, default: none }
triggers:
  user-message:
    input:
      TEXT: { type: string }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  input: [NAME]
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: text, input: [TEXT] }
    Respond: { block: next-message, output: ANSWER }
";

impl Session<'_> {
    async fn restore(&self, body: &Value) -> Answer {
        let path = format!("{}/restore", self.path());
        self.server.post(&path, body).await
    }

    async fn restore_messages(&self, messages: &Value) -> Answer {
        self.restore(&json!({ "messages": messages })).await
    }
}

#[tokio::test]
async fn an_expired_session_goes_on_from_its_copy() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server
        .fake
        .push(Reply::tool("search", json!({ "q": "time" })));
    server.fake.push(Reply::text("It is noon."));
    let leg = session.say("time?").await;
    session.answer(&leg, &json!("noon")).await.events();
    let copy = session.ui().await["messages"].clone();
    session.clear().await;

    let restored = session.restore_messages(&copy).await;
    assert_eq!(restored.status, StatusCode::OK, "{}", restored.text);
    let expected = json!({ "sessionId": session.id, "restored": true });
    assert_eq!(restored.json(), expected);
    assert_eq!(session.ui().await["messages"], copy);
    let full = server.get(&session.path()).await.json();
    assert_eq!(full["status"], "active");

    server.fake.push(Reply::text("You are welcome."));
    session.say("thanks").await.events();
    let request = server.fake.requests().pop().expect("a request").body;
    let turns = request["messages"].as_array().expect("messages");
    assert_eq!(turns.len(), 5, "{request}");
    let text = request.to_string();
    for told in ["time?", "\"noon", "It is noon.", "thanks"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    server.assert_valid_conversations();
}

#[tokio::test]
async fn an_active_session_stays_as_it_is() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    session.say("hi").await.events();
    let before = session.ui().await;
    let answer = session.restore_messages(&json!([])).await;
    let expected = json!({ "sessionId": session.id, "restored": false });
    assert_eq!(answer.json(), expected);
    assert_eq!(session.ui().await, before);
}

#[tokio::test]
async fn an_empty_copy_makes_an_empty_session() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    session.say("hi").await.events();
    session.clear().await;
    session.restore_messages(&json!([])).await;
    assert_eq!(session.ui().await["messages"], json!([]));
    let logs = format!("{}/logs", session.path());
    assert_eq!(server.get(&logs).await.json()["entries"], json!([]));
    session.say("hi").await.events();
}

#[tokio::test]
async fn the_input_is_checked_and_values_begin_anew() {
    let server = TestServer::start().await;
    let created = server
        .post("/api/agents", &definition("sample", WITH_INPUT))
        .await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    let body = json!({ "agentId": "sample", "input": { "NAME": "Ann" } });
    let id = server.post("/api/agent-sessions", &body).await.json()["sessionId"].clone();
    let session = Session {
        server: &server,
        id: id.as_str().expect("an id").to_owned(),
    };
    session.say("hi").await.events();
    session.clear().await;
    for input in [json!({}), json!({ "NAME": 1 })] {
        let body = json!({ "messages": [], "input": input });
        let refused = session.restore(&body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(refused.text.contains("NAME"), "{}", refused.text);
    }
    let body = json!({ "messages": [], "input": { "NAME": "Bob", "OTHER": 1 } });
    assert_eq!(session.restore(&body).await.json()["restored"], true);
    let state = server.get(&session.path()).await.json();
    assert_eq!(state["input"], json!({ "NAME": "Bob" }));
    assert_eq!(state["variables"], json!({ "ANSWER": "none" }));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    session.clear().await;
    let message = |part: Value| json!([{ "id": "1", "role": "user", "parts": [part] }]);
    for (messages, names) in [
        (json!("none"), "messages"),
        (json!([{ "role": "user", "parts": [] }]), "id"),
        (
            json!([{ "id": "1", "role": "robot", "parts": [] }]),
            "robot",
        ),
        (message(json!({ "type": "text", "text": 1 })), "messages[0]"),
        (message(json!({ "text": "no type" })), "type"),
    ] {
        let answer = session.restore_messages(&messages).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{messages}");
        let error = answer.json()["error"].to_string();
        assert!(error.contains(names), "{messages}: {error}");
    }
    let newer = message(json!({ "type": "hologram", "depth": 3 }));
    assert_eq!(
        session.restore_messages(&newer).await.json()["restored"],
        true
    );
}

#[tokio::test]
async fn only_a_session_of_the_project_is_restored() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    session.clear().await;
    let stranger = server.key("other", &Permission::ALL).await;
    let path = format!("{}/restore", session.path());
    let request = server.request_as(&stranger, Method::POST, &path);
    let answer = send(request.body(json!({ "messages": [] }).to_string())).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(session.ui().await["status"], "expired");
}
