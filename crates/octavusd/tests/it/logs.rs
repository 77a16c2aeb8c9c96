//! `/api/agent-sessions/:id/logs`

use domain::{LogBody, LogEntry, LogRecord};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use store::{AcquireLease, Acquired, CommitPoint, CommitWrite};
use testkit::Reply;

use crate::TestServer;
use crate::server::{Answer, CHAT, Session, continuation, send};
use crate::trigger::say_and_leave;
use crate::workers::with_worker;

impl Session<'_> {
    async fn log(&self) -> Vec<Value> {
        let path = format!("{}/logs", self.path());
        let log = self.server.get(&path).await.json();
        log["entries"].as_array().expect("entries").clone()
    }

    /// The entries of a type.
    async fn logged(&self, kind: &str) -> Vec<Value> {
        let mut entries = self.log().await;
        entries.retain(|entry| entry["type"] == kind);
        entries
    }

    async fn say_traced(&self, text: &str) -> Answer {
        let path = format!("{}/trigger", self.path());
        let body = json!({ "triggerName": "user-message", "input": { "TEXT": text } });
        let request = self.server.request(Method::POST, &path);
        let request = request.header("x-octavus-trace", "true");
        send(request.body(body.to_string())).await
    }
}

#[tokio::test]
async fn the_log_tells_what_happened() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server
        .fake
        .push(Reply::tool("get-time", json!({ "zone": "UTC" })));
    let leg = session.say("time?").await;
    session.answer(&leg, &json!("noon")).await;
    let entries = server.get(&format!("{}/logs", session.path())).await.json();
    let types: Vec<&str> = entries["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .filter_map(|entry| entry["type"].as_str())
        .collect();
    insta::assert_snapshot!(types.join("\n"), @r"
    trigger
    message
    thread-created
    model-request
    step-stats
    llm-tool-request
    tool-call
    tool-result
    model-request
    step-stats
    llm-response
    message
    ");
    assert_eq!(
        (&entries["total"], &entries["truncated"]),
        (&json!(12), &json!(false))
    );
    let path = format!("{}/logs?excludeModelRequests=true", session.path());
    let without = server.get(&path).await;
    assert!(!without.text.contains("model-request"));
    assert_eq!(without.json()["total"], 10);
    assert_eq!(without.json()["entries"].as_array().map(Vec::len), Some(10));
}

/// Everything that has an entry.
const RICH: &str = "
triggers:
  user-message:
    input:
      TEXT: { type: string }
resources:
  NOTE: { type: string, description: What is noted }
tools:
  get-time:
    description: Tells the time
workers:
  research: { description: Looks into a topic }
agent:
  model: anthropic/claude-sonnet-4-5
  system: system
  thinking: low
  tools: [get-time]
  agentic: true
handlers:
  user-message:
    Add:
      block: add-message
      role: user
      prompt: text
      input: [TEXT]
    Save:
      block: set-resource
      resource: NOTE
      value: TEXT
    Look:
      block: run-worker
      worker: research
      input:
        TEXT: TEXT
    Respond:
      block: next-message
";

#[tokio::test]
async fn each_kind_of_entry_has_its_fields() {
    let server = with_worker().await;
    let session = server.session_of(RICH).await;
    server.fake.push(Reply::text("Ants are small."));
    let thinks = Reply::new().then_thinking("hm").then_text("A moment.");
    server.fake.push(thinks.then_tool("get-time", json!({})));
    server.fake.push(Reply::text("Noon."));
    let leg = session.say("ants").await;
    session.answer(&leg, &json!("12:00")).await.events();
    let entries = session.log().await.into_iter().map(|mut entry| {
        let fields = entry.as_object_mut().expect("an entry is an object");
        for of_its_own in ["id", "timestamp", "sequence"] {
            assert!(
                fields.remove(of_its_own).is_some(),
                "{of_its_own} is missing"
            );
        }
        fields
            .entry("workerId")
            .and_modify(|id| *id = json!("its id"));
        // The last digits of a fraction are those of the reader of the JSON.
        if let Some(fee) = fields
            .get_mut("stepStats")
            .map(|it| &mut it["estimatedProviderFee"])
        {
            *fee = json!(format!("{:.6}", fee.as_f64().expect("a fee")));
        }
        if let Some(call) = fields.get_mut("toolCalls") {
            call[0]["id"] = json!("its id");
        }
        entry
    });
    let entries: Vec<Value> = entries.collect();
    insta::assert_json_snapshot!(entries);
}

#[tokio::test]
async fn a_client_that_leaves_is_an_abort() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::text("Half").then_hold());
    say_and_leave(&session, "Half").await;
    let aborted = server.fake.until_aborted(1).await;
    assert_eq!(aborted.aborted, 1);
    session.say("again").await.events();
    let aborts = session.logged("abort").await;
    assert_eq!(aborts.len(), 1);
    assert_eq!(aborts[0]["abortedAtBlock"], "Respond");
}

#[tokio::test]
async fn a_trigger_that_ends_a_pause_aborts_it() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("search", json!({})));
    session.say("hi").await.events();
    assert!(session.logged("abort").await.is_empty());
    session.say("never mind").await.events();
    assert_eq!(session.logged("abort").await.len(), 1);
}

#[tokio::test]
async fn a_failure_of_a_provider_is_logged_as_it_said_it() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let failure = Reply::fail(400, "invalid_request_error", "no such tool");
    server.fake.push(failure);
    session.say("hi").await.events();
    let errors = session.logged("error").await;
    let error = &errors[0]["error"];
    assert_eq!(error["type"], "validation_error");
    assert_eq!(error["provider"]["statusCode"], 400);
    assert!(
        error["message"].to_string().contains("no such tool"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_posted_to_a_model_is_logged_where_the_client_asks() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    server
        .fake
        .push(Reply::tool("get-time", json!({ "zone": "UTC" })));
    let leg = session.say_traced("traced").await;
    session.answer(&leg, &json!("noon")).await.events();
    let posted = server.fake.requests();
    let logged = session.logged("model-request").await;
    assert_eq!((posted.len(), logged.len()), (2, 2));
    let traced = &logged[0]["modelRequest"];
    assert_eq!(traced["requestBody"], posted[0].body);
    assert_eq!(traced["model"], "claude-sonnet-4-5");
    assert!(traced.to_string().contains("traced"));
    // Each leg is asked anew.
    let marker = &logged[1]["modelRequest"];
    assert_eq!(
        marker.as_object().map(serde_json::Map::len),
        Some(3),
        "{marker}"
    );
    let path = format!("{}/logs", session.path());
    let all = server.get(&path).await.text;
    assert!(!all.contains("sk-test"), "{all}");
    let without = server
        .get(&format!("{path}?excludeModelRequests=true"))
        .await;
    assert!(!without.text.contains("requestBody"));
}

#[tokio::test]
async fn the_first_leg_of_a_start_is_traced_too() {
    let server = TestServer::start().await;
    let other = server.session_of(CHAT).await;
    let body = json!({
        "agentId": "sample",
        "trigger": { "triggerName": "user-message", "input": { "TEXT": "hi" } },
    });
    let request = server.request(Method::POST, "/api/agent-sessions/start");
    let request = request.header("x-octavus-trace", "true");
    let started = send(request.body(body.to_string())).await;
    let id = started.headers["x-octavus-session-id"].to_str();
    let session = Session {
        id: id.expect("a text").to_owned(),
        ..other
    };
    let logged = session.logged("model-request").await;
    let posted = server.fake.requests();
    assert_eq!(logged[0]["modelRequest"]["requestBody"], posted[0].body);
}

#[tokio::test]
async fn a_run_of_a_worker_is_traced_too() {
    let server = with_worker().await;
    server.fake.push(Reply::tool("look", json!({})));
    let path = "/api/agents/research/execute";
    let post = |body: Value| {
        let request = server.request(Method::POST, path);
        let request = request.header("x-octavus-trace", "true");
        send(request.body(body.to_string()))
    };
    let asked = post(json!({ "type": "start", "input": { "TEXT": "ants" } })).await;
    let mut more = continuation(&asked, &json!("an ant"));
    more["type"] = json!("continue");
    server.fake.push(Reply::text("Ants are small."));
    post(more.clone()).await.events();
    let session = Session {
        server: &server,
        id: more["executionId"].as_str().expect("an id").to_owned(),
    };
    let logged = session.logged("model-request").await;
    let posted = server.fake.requests();
    assert_eq!((logged.len(), posted.len()), (2, 2));
    for (entry, request) in logged.iter().zip(&posted) {
        assert_eq!(entry["modelRequest"]["requestBody"], request.body);
        assert_eq!(entry["workerSlug"], "research");
    }
}

#[tokio::test]
async fn a_large_field_is_cut_down() {
    let server = TestServer::start_with(|config| config.limits.log_field_bytes = 1_000).await;
    let session = server.session_of(CHAT).await;
    server.fake.push(Reply::tool("search", json!({})));
    let leg = session.say("hi").await;
    let large = json!({ "head": "x".repeat(5_000), "tail": "end" });
    session.answer(&leg, &large).await.events();
    let results = session.logged("tool-result").await;
    assert_eq!(results[0]["trimmed"], true);
    assert_eq!(results[0]["toolName"], "search");
    let trimmed = &results[0]["toolResult"];
    assert_eq!(trimmed["__trimmed"], true);
    assert_eq!(trimmed["originalBytes"], large.to_string().len());
    let preview = trimmed["preview"].as_str().expect("a text");
    assert_eq!(trimmed["keptBytes"], preview.len());
    assert!(preview.len() < 1_000 && preview.starts_with("{\"head") && preview.ends_with("end\"}"));
    // The model reads all of it.
    let posted = server.fake.requests().pop().expect("a request");
    assert!(posted.body.to_string().contains(&"x".repeat(5_000)));
    let triggers = session.logged("trigger").await;
    assert_eq!(triggers[0].get("trimmed"), None);
}

#[tokio::test]
async fn the_newest_3000_are_given() {
    let server = TestServer::start().await;
    let session = server.session_of(CHAT).await;
    let text = |number: usize| LogEntry {
        body: LogBody::Reasoning {
            reasoning_content: number.to_string().into(),
        },
        thread: None,
        block_name: None,
        worker_id: None,
        worker_slug: None,
    };
    let log: Vec<LogRecord> = (0..3_005)
        .map(|number| LogRecord::new(&text(number), usize::MAX))
        .collect();
    write_log(&session, &log).await;
    let path = format!("{}/logs", session.path());
    let log = server.get(&path).await.json();
    assert_eq!(
        (&log["total"], &log["truncated"]),
        (&json!(3_005), &json!(true))
    );
    let entries = log["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 3_000);
    assert_eq!(entries[0]["reasoningContent"], "5");
    assert_eq!(entries[2_999]["reasoningContent"], "3004");
}

/// Puts entries into a session's log, as a leg would.
async fn write_log(session: &Session<'_>, log: &[LogRecord]) {
    let store = session.server.runtime.store();
    let now = runtime::now();
    let project = octavusd::api_key::project(&**store, "default").await;
    let request = AcquireLease {
        project: &project.expect("a project"),
        session: &session.id.as_str().into(),
        node: "writer#1",
        now,
        until: now.plus(std::time::Duration::from_secs(60)),
    };
    let Acquired::Taken { lease, session } = store.acquire(request).await.expect("a store") else {
        panic!("the session is not free");
    };
    let write = CommitWrite {
        execution: &"writer".into(),
        leg: 1,
        begin: true,
        keyed: false,
        rewind: None,
        point: CommitPoint::End { failed: false },
        items: &[],
        state: None,
        log,
        now,
        expires: session.expires,
    };
    store.commit(&lease, write).await.expect("a commit");
}

#[tokio::test]
async fn old_entries_go() {
    let server = TestServer::start_with(|config| {
        config.limits.log_life = std::time::Duration::ZERO;
        config.sweep_period = std::time::Duration::from_millis(20);
    })
    .await;
    let session = server.session_of(CHAT).await;
    session.say("hi").await.events();
    let asked = tokio::time::Instant::now();
    while !session.log().await.is_empty() {
        assert!(asked.elapsed().as_secs() < 10, "they are still there");
    }
    assert_eq!(
        session.ui().await["messages"].as_array().map(Vec::len),
        Some(2)
    );
    let answer = server.get(&format!("{}/logs", session.path())).await;
    assert_eq!(
        (answer.status, &answer.json()["total"]),
        (StatusCode::OK, &json!(0))
    );
}
