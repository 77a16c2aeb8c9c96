//! Threads beside the main one, over restarts, retries and failures.

use serde_json::json;
use testkit::Reply;

use crate::TestServer;
use crate::server::{Answer, Session};

/// `meet` begins the thread of an expert, `ask` speaks in it, and `draft` answers out of sight first.
const THREADS: &str = "
variables:
  NOTE: { type: string }
triggers:
  user-message: { input: { TEXT: { type: string } } }
  meet: { input: { TEXT: { type: string } } }
  ask: { input: { TEXT: { type: string } } }
  draft: { input: { TEXT: { type: string } } }
tools:
  search: { description: Searches }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  tools: [search]
handlers:
  user-message:
    Add: { block: add-message, role: user, prompt: text, input: [TEXT] }
    Respond: { block: next-message }
  meet:
    Start: { block: start-thread, thread: expert, system: text, input: [TEXT], tools: [search], maxSteps: 3 }
  ask:
    Add: { block: add-message, role: user, prompt: text, input: [TEXT], thread: expert }
    Answer: { block: next-message, thread: expert }
  draft:
    Add: { block: add-message, role: user, prompt: text, input: [TEXT] }
    Draft: { block: next-message, independent: true, output: NOTE }
    Respond: { block: next-message }
";

async fn fire(session: &Session<'_>, trigger: &str, text: &str) -> Answer {
    let body = json!({ "triggerName": trigger, "input": { "TEXT": text } });
    session.trigger(&body).await
}

/// What the model was asked last: its system prompt, and the conversation as JSON.
fn asked(server: &TestServer) -> (String, String) {
    let requests = server.fake.requests();
    let body = &requests.last().expect("a request").body;
    (body["system"].to_string(), body["messages"].to_string())
}

#[tokio::test]
async fn a_thread_goes_on_in_another_process() {
    let server = TestServer::start().await;
    let session = server.session_of(THREADS).await;
    fire(&session, "meet", "You know kettles.").await.events();
    server.fake.push(Reply::text("It is the seal."));
    fire(&session, "ask", "Why does it leak?").await.events();
    server.fake.push(Reply::tool("search", json!({})));
    let leg = fire(&session, "ask", "Are you sure?").await;
    let id = session.id;
    let server = server.restart().await;
    let session = Session {
        server: &server,
        id,
    };
    server.fake.push(Reply::text("Yes."));
    let answered = session.answer(&leg, &json!("a manual")).await;
    assert_eq!(answered.said(), "Yes.");
    let (system, messages) = asked(&server);
    assert!(system.contains("You know kettles."), "{system}");
    for said in ["Why does it leak?", "It is the seal.", "a manual"] {
        assert!(messages.contains(said), "{messages}");
    }
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_draft_out_of_sight_goes_on_in_another_process() {
    let server = TestServer::start().await;
    let session = server.session_of(THREADS).await;
    server.fake.push(
        Reply::new()
            .then_text("Let me look.")
            .then_tool("search", json!({})),
    );
    let leg = fire(&session, "draft", "Write").await;
    assert_eq!(leg.said(), "");
    let id = session.id;
    let server = server.restart().await;
    let session = Session {
        server: &server,
        id,
    };
    server.fake.push(Reply::text("rough"));
    server.fake.push(Reply::text("Fine."));
    let answered = session.answer(&leg, &json!("found")).await;
    assert_eq!(answered.said(), "Fine.");
    let drafted = &server.fake.requests()[1].body["messages"];
    assert!(drafted.to_string().contains("Let me look."), "{drafted}");
    let (_, messages) = asked(&server);
    assert!(!messages.contains("look") && !messages.contains("rough"));
    let stored = server.get(&session.path()).await.json();
    assert_eq!(stored["variables"]["NOTE"], "rough");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn a_retry_drops_what_was_said_in_a_thread_since() {
    let server = TestServer::start().await;
    let session = server.session_of(THREADS).await;
    fire(&session, "meet", "You know kettles.").await.events();
    server.fake.push(Reply::text("kept"));
    fire(&session, "ask", "first").await.events();
    let anchor = session.ui().await["messages"][0]["id"].clone();
    server.fake.push(Reply::text("dropped"));
    fire(&session, "ask", "second").await.events();
    let retry = json!({
        "triggerName": "ask", "input": { "TEXT": "second" }, "rollbackAfterMessageId": anchor,
    });
    session.trigger(&retry).await.events();
    let (_, messages) = asked(&server);
    assert!(messages.contains("kept"), "{messages}");
    assert!(!messages.contains("dropped"), "{messages}");
    assert_eq!(messages.matches("second").count(), 1, "{messages}");
    server.assert_valid_conversations();
}

#[tokio::test]
async fn what_a_thread_said_before_a_failure_is_kept_in_it() {
    let server = TestServer::start().await;
    let session = server.session_of(THREADS).await;
    server.fake.push(
        Reply::new()
            .then_text("Half an answer")
            .then_error("overloaded_error", "busy"),
    );
    fire(&session, "ask", "Why?").await.events();
    fire(&session, "ask", "And?").await.events();
    let (_, messages) = asked(&server);
    assert!(messages.contains("Half an answer"), "{messages}");
    session.say("hi").await.events();
    let (_, messages) = asked(&server);
    assert!(!messages.contains("Half an answer"), "{messages}");
    let parts = &session.ui().await["messages"][0]["parts"];
    assert_eq!(parts[0]["thread"], "expert", "{parts}");
    server.assert_valid_conversations();
}
