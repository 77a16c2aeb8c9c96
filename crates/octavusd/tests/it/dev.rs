//! `octavusd dev` as a process: its banner, and what it does when a folder changes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process::{Process, free_address, octavusd};
use crate::server::{CHAT, http_client};

/// A running `octavusd dev`.
struct Dev {
    process: Process,
    folder: tempfile::TempDir,
    base: String,
    key: String,
}

impl Dev {
    fn start(agents: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("agents")).expect("a folder");
        agents
            .iter()
            .for_each(|slug| write_agent(&folder.path().join("agents").join(slug), slug, CHAT));
        let mut command = octavusd();
        command.args(["dev", "agents"]).current_dir(folder.path());
        let process = Process::start(command.env("OCTAVUSD_LISTEN", free_address()));
        let url = process.line("octavusd is ready at ");
        let key = process.line("key ");
        Self {
            process,
            folder,
            base: url.replace("octavusd is ready at ", ""),
            key: key.replace("key", "").trim().to_owned(),
        }
    }

    fn line(&self, text: &str) -> String {
        self.process.line(text)
    }

    fn agent(&self, slug: &str) -> std::path::PathBuf {
        self.folder.path().join("agents").join(slug)
    }

    async fn get(&self, path: &str) -> Value {
        let client = http_client();
        let request = client
            .get(format!("{}{path}", self.base))
            .bearer_auth(&self.key);
        let text = request
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("a body");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"))
    }
}

fn write_agent(folder: &Path, slug: &str, protocol: &str) {
    fs::create_dir_all(folder.join("prompts")).expect("a folder");
    let settings = format!(r#"{{"slug":"{slug}","name":"Sample","format":"interactive"}}"#);
    fs::write(folder.join("settings.json"), settings).expect("a file");
    fs::write(folder.join("prompts/system.md"), "Be brief.").expect("a file");
    fs::write(folder.join("prompts/text.md"), "{{TEXT}}").expect("a file");
    fs::write(folder.join("protocol.yaml"), protocol).expect("a file");
}

#[tokio::test]
async fn the_curl_line_of_the_banner_streams_a_reply() {
    let dev = Dev::start(&["sample"]);
    dev.line("the built-in demo model answers");
    let mut command = dev.line("curl -N");
    while command.ends_with('\\') {
        command.pop();
        command += &dev.line("  -");
    }
    let output = Command::new("sh")
        .args(["-c", &command])
        .output()
        .expect("curl runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains(r#""type":"text-delta""#) && text.ends_with("data: [DONE]\n\n"),
        "{text}"
    );
}

#[tokio::test]
async fn a_save_becomes_a_revision() {
    let dev = Dev::start(&["sample"]);
    let saved = Instant::now();
    fs::write(dev.agent("sample").join("prompts/system.md"), "Be long.").expect("a file");
    dev.line("loaded sample");
    // The aim is 100 ms; a loaded machine is allowed more.
    assert!(
        saved.elapsed() < Duration::from_secs(1),
        "{:?}",
        saved.elapsed()
    );
    let agent = dev.get("/api/agents/sample?by=slug").await;
    assert!(agent["prompts"].to_string().contains("Be long."), "{agent}");
}

#[tokio::test]
async fn a_broken_save_is_drawn_and_the_last_good_one_stays() {
    let dev = Dev::start(&["sample"]);
    let protocol = dev.agent("sample").join("protocol.yaml");
    fs::write(&protocol, CHAT.replace("prompt: text", "prompt: txet")).expect("a file");
    dev.line("txet");
    dev.line("the agent is not loaded");
    assert_eq!(
        dev.get("/api/agents/sample?by=slug").await["protocol"],
        CHAT
    );
    fs::write(&protocol, CHAT.replace("Tells the time", "Knows the time")).expect("a file");
    dev.line("loaded sample");
}

#[tokio::test]
async fn new_and_removed_folders_are_noticed() {
    let dev = Dev::start(&["first"]);
    write_agent(&dev.agent("second"), "second", CHAT);
    dev.line("loaded second");
    fs::remove_dir_all(dev.agent("first")).expect("a folder");
    dev.line("removed first");
    let agents = dev.get("/api/agents").await;
    let slugs: Vec<&Value> = agents["agents"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|agent| &agent["slug"])
        .collect();
    assert_eq!(slugs, ["second"]);
}

#[tokio::test]
async fn the_next_trigger_uses_the_newest_revision() {
    let dev = Dev::start(&["sample"]);
    let client = http_client();
    let post = |path: String, body: Value| {
        let request = client
            .post(format!("{}{path}", dev.base))
            .bearer_auth(&dev.key);
        async move {
            request
                .body(body.to_string())
                .send()
                .await
                .expect("an answer")
                .text()
                .await
                .expect("a body")
        }
    };
    let created = post(
        "/api/agent-sessions".into(),
        serde_json::json!({ "agentId": "sample" }),
    )
    .await;
    let id = serde_json::from_str::<Value>(&created).expect("JSON")["sessionId"].clone();
    let renamed = CHAT.replace("Respond:", "Reply:");
    fs::write(dev.agent("sample").join("protocol.yaml"), renamed).expect("a file");
    dev.line("loaded sample");
    let body = serde_json::json!({ "triggerName": "user-message", "input": { "TEXT": "hi" } });
    let path = format!(
        "/api/agent-sessions/{}/trigger",
        id.as_str().expect("an id")
    );
    let stream = post(path, body).await;
    assert!(stream.contains(r#""blockName":"Reply""#), "{stream}");
}
