//! Workers: `/api/agents/:id/execute`, and within an agent's sessions.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::{Answer, CHAT, continuation, definition, send};

const RESEARCH: &str = "
input:
  TEXT: { type: string, description: What to look into }
variables:
  RESULT: { type: string }
tools:
  look:
    description: Looks
    display: stream
steps:
  Start:
    block: start-thread
    thread: research
    model: anthropic/claude-sonnet-4-5
    system: system
    tools: [look]
    maxSteps: 3
  Add:
    block: add-message
    thread: research
    role: user
    prompt: text
    input: [TEXT]
  Research:
    block: next-message
    thread: research
    output: RESULT
output: RESULT
";

/// A server with the worker `research`.
pub(crate) async fn with_worker() -> TestServer {
    let server = TestServer::start().await;
    let mut worker = definition("research", RESEARCH);
    worker["settings"]["format"] = json!("worker");
    let created = server.post("/api/agents", &worker).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    server
}

async fn execute(server: &TestServer, agent: &str, body: &Value) -> Answer {
    server
        .post(&format!("/api/agents/{agent}/execute"), body)
        .await
}

fn start(topic: &str) -> Value {
    json!({ "type": "start", "input": { "TEXT": topic } })
}

fn found<'e>(events: &'e [Value], kind: &str) -> &'e Value {
    let mut events = events.iter();
    let event = events.find(|event| event["type"] == kind);
    event.unwrap_or_else(|| panic!("no {kind}"))
}

fn events(leg: &Answer) -> Vec<Value> {
    let events = leg.events();
    events.iter().map(|event| json!(event)).collect()
}

#[tokio::test]
async fn a_worker_runs_over_a_pause_and_gives_its_output() {
    let server = with_worker().await;
    server.fake.push(Reply::tool("look", json!({})));
    let leg = execute(&server, "research", &start("ants")).await;
    let asked = events(&leg);
    let run = found(&asked, "start")["executionId"].clone();
    let begun = found(&asked, "worker-start");
    assert_eq!(
        (&begun["workerId"], &begun["workerSlug"]),
        (&run, &json!("research"))
    );
    assert_eq!(found(&asked, "tool-request")["workerId"], run);

    server.fake.push(Reply::text("Ants are small."));
    let mut body = continuation(&leg, &json!("an ant"));
    body["type"] = json!("continue");
    let leg = execute(&server, "research", &body).await;
    let done = events(&leg);
    assert_eq!(found(&done, "worker-result")["output"], "Ants are small.");
    let types = leg.event_types();
    assert_eq!(types[types.len() - 2..], ["finish", "usage"]);
    assert!(leg.text.ends_with("data: [DONE]\n\n"));
    server.assert_valid_conversations();

    let run = run.as_str().expect("an id");
    let logs = server.get(&format!("/api/agent-sessions/{run}/logs")).await;
    let logs = logs.json();
    let entries = logs["entries"].as_array().expect("entries");
    let output = found(entries, "worker-output");
    assert_eq!(output["workerOutput"], "Ants are small.");
    assert_eq!(
        (&output["workerId"], &output["workerSlug"]),
        (&json!(run), &json!("research"))
    );
}

#[tokio::test]
async fn what_is_no_run_of_a_worker_is_refused() {
    let server = with_worker().await;
    server.post("/api/agents", &definition("chat", CHAT)).await;
    let go_on = json!({ "type": "continue", "executionId": "nonsense", "toolResults": [] });
    for (agent, body, status) in [
        ("chat", start("ants"), StatusCode::BAD_REQUEST),
        ("nobody", start("ants"), StatusCode::NOT_FOUND),
        (
            "research",
            json!({ "type": "start" }),
            StatusCode::BAD_REQUEST,
        ),
        (
            "research",
            json!({ "type": "stop" }),
            StatusCode::BAD_REQUEST,
        ),
        ("research", go_on, StatusCode::NOT_FOUND),
    ] {
        let answer = execute(&server, agent, &body).await;
        assert_eq!(answer.status, status, "{agent} {body}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_waits_goes_on_though_its_worker_is_archived() {
    let server = with_worker().await;
    server.fake.push(Reply::tool("look", json!({})));
    let leg = execute(&server, "research", &start("ants")).await;
    let archive = server.request(Method::DELETE, "/api/agents/research?by=slug");
    assert_eq!(send(archive).await.status, StatusCode::OK);
    let mut successor = definition("research", RESEARCH);
    successor["settings"]["format"] = json!("worker");
    server.post("/api/agents", &successor).await;

    let mut body = continuation(&leg, &json!("an ant"));
    body["type"] = json!("continue");
    let other = execute(&server, "sample", &body).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "{}", other.text);
    server.fake.push(Reply::text("Ants are small."));
    let leg = execute(&server, "research", &body).await;
    let ended = events(&leg);
    assert_eq!(found(&ended, "worker-result")["output"], "Ants are small.");
}

#[tokio::test]
async fn a_run_that_fails_says_so_and_tells_no_usage() {
    let server = with_worker().await;
    server.fake.push(Reply::fail(
        401,
        "authentication_error",
        "invalid x-api-key",
    ));
    let leg = execute(&server, "research", &start("ants")).await;
    let types = leg.event_types();
    assert_eq!(types[types.len() - 2..], ["worker-result", "error"]);
    assert!(found(&events(&leg), "worker-result")["error"].is_string());
}

#[tokio::test]
async fn an_agent_has_a_worker_work_for_it() {
    let server = with_worker().await;
    let agent = CHAT.replace(
        "agent:\n",
        "workers:\n  research:\n    description: Looks into it\n    tools: { look: search }\nagent:\n  workers: [research]\n",
    );
    let session = server.session_of(&agent).await;
    server
        .fake
        .push(Reply::tool("research", json!({ "TEXT": "ants" })));
    server.fake.push(Reply::tool("look", json!({})));
    let leg = session.say("What are ants?").await;
    let asked = events(&leg);
    let request = &found(&asked, "tool-request")["toolCalls"][0];
    assert_eq!(request["toolName"], "search", "the agent's own name of it");
    assert_eq!(
        request["workerId"],
        found(&asked, "worker-start")["workerId"]
    );

    server.fake.push(Reply::text("Ants are small."));
    server.fake.push(Reply::text("They are small."));
    let leg = session.answer(&leg, &json!("an ant")).await;
    assert_eq!(
        found(&events(&leg), "worker-result")["output"],
        "Ants are small."
    );
    server.assert_valid_conversations();
    let ui = session.ui().await;
    let parts = ui["messages"][1]["parts"].as_array().expect("parts");
    let types: Vec<&Value> = parts.iter().map(|part| &part["type"]).collect();
    assert_eq!(types, ["worker", "step-start", "text"]);
    assert_eq!(parts[0]["parts"][1]["text"], "Ants are small.");
}
