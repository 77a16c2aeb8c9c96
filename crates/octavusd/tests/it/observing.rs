//! What an operator sees of a server: its figures and its log. Neither holds a word of anybody's.

use std::process::Command;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{FakeProvider, Reply};

use crate::process::{Process, free_address, octavusd};
use crate::server::{Answer, CHAT, continuation, definition, http_client, send};

/// `octavusd serve` with a scripted vendor, a log that tells all, and figures.
struct Watched {
    folder: tempfile::TempDir,
    fake: FakeProvider,
    process: Process,
    base: String,
    metrics: String,
    key: String,
}

/// Secrets of the operator.
const VENDOR_KEY: &str = "sk-canary-of-the-vendor";
const MASTER_KEY: &str = "canary-of-the-master-key-0123456789abcdef";

impl Watched {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fake = FakeProvider::start().await.expect("a fake vendor");
        let (address, metrics) = (free_address(), free_address());
        let command = |what: &[&str]| -> Command {
            let mut command = octavusd();
            command.args(what).current_dir(folder.path());
            command.env("OCTAVUSD_DATA_DIR", folder.path().join("data"));
            command
        };
        let mut serve = command(&["serve"]);
        serve
            .env("OCTAVUSD_LISTEN", &address)
            .env("OCTAVUSD_METRICS_LISTEN", &metrics)
            .env("OCTAVUSD_MASTER_KEY", MASTER_KEY)
            .env("ANTHROPIC_BASE_URL", fake.url())
            .env("ANTHROPIC_API_KEY", VENDOR_KEY)
            .env("AWS_SECRET_ACCESS_KEY", "canary-of-the-bucket")
            .env("LOG_LEVEL", "trace")
            .env("LOG_FORMAT", "json");
        let process = Process::start(&mut serve);
        process.line("listening");
        let made = command(&["keys", "create", "--name", "test"]).output();
        let key = String::from_utf8(made.expect("it runs").stdout).expect("a key");
        Self {
            folder,
            fake,
            process,
            base: format!("http://{address}"),
            metrics: format!("http://{metrics}/metrics"),
            key: key.trim().to_owned(),
        }
    }

    async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.post_as(&self.key, path, body).await
    }

    async fn post_as(&self, key: &str, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let url = format!("{}{path}", self.base);
        let request = http_client().request(Method::POST, url).bearer_auth(key);
        send(request.body(body)).await
    }

    /// A session of an agent that calls tools; the path of its triggers.
    async fn session(&self) -> String {
        let mut agent = definition("sample", CHAT);
        agent["prompts"][0]["content"] = json!("Be a canary of a prompt.");
        let agent = self.post("/api/agents", agent.to_string()).await.json();
        let body = json!({ "agentId": agent["agentId"] }).to_string();
        let session = self.post("/api/agent-sessions", body).await.json();
        let id = session["sessionId"].as_str().expect("an id");
        format!("/api/agent-sessions/{id}/trigger")
    }

    async fn figures(&self) -> String {
        let answer = send(http_client().get(&self.metrics)).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.text
    }
}

fn says(text: &str) -> String {
    json!({ "triggerName": "user-message", "input": { "TEXT": text } }).to_string()
}

/// The value of a figure.
fn figure(figures: &str, name: &str) -> f64 {
    let rows = figures.lines().filter_map(|line| line.strip_prefix(name));
    let values: Vec<&str> = rows.filter_map(|rest| rest.strip_prefix(' ')).collect();
    let [value] = &*values else {
        panic!("not one `{name}` in {figures}");
    };
    value.parse().expect("a number")
}

#[tokio::test]
async fn figures_tell_what_happened() {
    let server = Watched::start().await;
    let trigger = server.session().await;
    server.fake.push(Reply::tool("get-time", json!({})));
    let leg = server.post(&trigger, says("hi")).await;
    server.fake.push(Reply::text("noon"));
    let body = continuation(&leg, &json!("12:00")).to_string();
    server.post(&trigger, body).await;
    server
        .fake
        .push(Reply::fail(400, "invalid_request_error", "no"));
    server.post(&trigger, says("hi")).await;
    server.post("/api/agents", "{").await;

    let figures = server.figures().await;
    for (name, expected) in [
        (r#"octavusd_leg_ends_total{reason="done"}"#, 1.0),
        (r#"octavusd_leg_ends_total{reason="paused"}"#, 1.0),
        (r#"octavusd_leg_ends_total{reason="failed"}"#, 1.0),
        (r#"octavusd_leg_ends_total{reason="lease_lost"}"#, 0.0),
        (r#"octavusd_http_responses_total{status="4xx"}"#, 1.0),
        (r#"octavusd_http_responses_total{status="503"}"#, 0.0),
        ("octavusd_streams", 0.0),
        ("octavusd_legs", 0.0),
        ("octavusd_dropped_files", 0.0),
        ("octavusd_leases_lost_total", 0.0),
        ("octavusd_lease_renewal_failures_total", 0.0),
    ] {
        assert!(
            (figure(&figures, name) - expected).abs() < 0.1,
            "{name}: {figures}"
        );
    }
    assert!(
        figure(&figures, "octavusd_commit_seconds_count") >= 6.0,
        "{figures}"
    );
    assert!(
        figures.contains("octavusd_commit_seconds_bucket{le=\"0.005\"}"),
        "{figures}"
    );
    assert!(
        figures.contains("octavusd_model_errors_total{type="),
        "{figures}"
    );
    let (open, most) = ("octavusd_open_files", "octavusd_open_files_limit");
    assert!(figure(&figures, open) < figure(&figures, most), "{figures}");
    let elsewhere = http_client().get(format!("{}/metrics", server.base));
    assert_eq!(send(elsewhere).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_open_stream_counts_until_its_client_leaves() {
    let server = Watched::start().await;
    let trigger = server.session().await;
    server.fake.push(Reply::text("on and on").then_hold());
    let url = format!("{}{trigger}", server.base);
    let request = http_client().post(url).bearer_auth(&server.key);
    let mut stream = request.body(says("hi")).send().await.expect("a stream");
    stream.chunk().await.expect("bytes").expect("an event");
    let figures = server.figures().await;
    for name in ["octavusd_streams", "octavusd_legs"] {
        assert!((figure(&figures, name) - 1.0).abs() < 0.1, "{figures}");
    }
    drop(stream);
    server.fake.until_aborted(1).await;
    let ended = r#"octavusd_leg_ends_total{reason="disconnected"}"#;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while figure(&server.figures().await, ended) < 1.0 {
        assert!(std::time::Instant::now() < deadline, "the leg does not end");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(figure(&server.figures().await, "octavusd_streams") < 0.1);
}

#[tokio::test]
async fn log_lines_of_a_leg_name_its_request_its_session_and_its_execution() {
    let server = Watched::start().await;
    let trigger = server.session().await;
    server.fake.push(Reply::text("hello"));
    let leg = server.post(&trigger, says("hi")).await;
    let request = leg.headers["x-request-id"]
        .to_str()
        .expect("text")
        .to_owned();
    let events = leg
        .text
        .lines()
        .find_map(|line| line.strip_prefix("data: "));
    let start: Value = serde_json::from_str(events.expect("an event")).expect("JSON");
    server.process.terminate();
    let (log, _) = server.process.end();
    let lines = log
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let of_request: Vec<Value> = lines
        .filter(|line| line["spans"][0]["request.id"] == *request)
        .collect();
    let named = of_request.iter().any(|line| {
        let leg = &line["spans"][1];
        leg["execution.id"] == start["executionId"] && leg["session.id"].is_string()
    });
    assert!(named, "{of_request:#?}");
}

/// Everything that somebody wrote, and every secret, has `canary` in it.
#[tokio::test]
async fn no_canary_gets_out() {
    let server = Watched::start().await;
    let trigger = server.session().await;
    let call = Reply::tool("search", json!({ "query": "canary of an argument" }));
    server.fake.push(call.then_thinking("canary of a thought"));
    let leg = server.post(&trigger, says("canary of a user")).await;
    server.fake.push(Reply::text("canary of an answer"));
    let result = json!({ "found": "canary of a result" });
    let body = continuation(&leg, &result).to_string();
    server.post(&trigger, body).await;
    server.fake.push(Reply::fail(
        401,
        "authentication_error",
        "canary of the vendor",
    ));
    let mut answers = vec![server.post(&trigger, says("canary again")).await];
    server
        .fake
        .push(Reply::text("canary").then_raw("event: canary\ndata: {canary\n\n"));
    answers.push(
        server
            .post(&trigger, says("canary of a broken stream"))
            .await,
    );
    answers.push(server.post(&trigger, "{ canary").await);
    answers.push(
        server
            .post(&trigger, says("x").replace("TEXT", "canary"))
            .await,
    );
    let wrong = "oct_sk_canary00canary_canary";
    answers.push(server.post_as(wrong, &trigger, says("canary")).await);
    for answer in &answers {
        for secret in [VENDOR_KEY, MASTER_KEY, &server.key, wrong] {
            assert!(!answer.text.contains(secret), "{}", answer.text);
        }
    }

    let figures = server.figures().await;
    server.process.terminate();
    let (log, status) = server.process.end();
    assert!(status.success());
    assert!(log.iter().any(|line| line.contains(r#""level":"TRACE""#)));
    let asked = server.fake.requests().len();
    assert!(asked >= 4, "the vendor was asked {asked} times");
    let secret = server.key.rsplit('_').next().expect("a secret");
    for line in log.iter().map(String::as_str).chain(figures.lines()) {
        let lower = line.to_lowercase();
        assert!(
            !lower.contains("canary") && !line.contains(secret),
            "{line}"
        );
    }
    drop(server.folder);
}
