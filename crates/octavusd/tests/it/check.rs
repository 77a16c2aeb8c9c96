//! `octavusd check`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const WORKER: &str = "\
input: { TOPIC: { type: string } }
variables: { FOUND: { type: string } }
steps:
  Begin: { block: start-thread, thread: research, model: a/b, system: system, input: [TOPIC] }
  Find: { block: next-message, thread: research, output: FOUND }
output: FOUND
";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn agent(root: &Path, slug: &str, format: &str, protocol: &str) {
    let folder = root.join(slug);
    let settings = format!(r#"{{ "slug": "{slug}", "name": "N", "format": "{format}" }}"#);
    write(&folder, "settings.json", &settings);
    write(&folder, "protocol.yaml", protocol);
    write(
        &folder,
        "prompts/system.md",
        if format == "worker" {
            "{{TOPIC}}"
        } else {
            "Help."
        },
    );
}

fn interactive(worker: &str, input: &str) -> String {
    format!(
        "workers:\n  {worker}: {{ description: d }}\n\
         agent: {{ model: a/b, system: system }}\n\
         triggers: {{ go: {{ input: {{ T: {{ type: string }} }} }} }}\n\
         handlers: {{ go: {{ Run: {{ block: run-worker, worker: {worker}, input: {{ {input}: T }} }} }} }}\n"
    )
}

fn check(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_octavusd"))
        .current_dir(root)
        .arg("check")
        .args(arguments)
        .output()
        .expect("it runs")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[test]
fn agents_know_the_workers_beside_them() {
    let root = tempfile::tempdir().expect("a folder");
    agent(
        root.path(),
        "chat",
        "interactive",
        &interactive("researcher", "TOPPIC"),
    );
    agent(root.path(), "researcher", "worker", WORKER);
    let output = check(root.path(), &["chat", "researcher"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output), @"
    warning[OCT0423]: the worker `researcher` takes no `TOPPIC`
     --> chat/protocol.yaml:5:74
      |
    5 | handlers: { go: { Run: { block: run-worker, worker: researcher, input: { TOPPIC: T } } } }
      |                                                                          ^^^^^^
      |
      = help: did you mean `TOPIC`?

    chat: valid (0 errors, 1 warning)
    researcher: valid (0 errors, 0 warnings)
    ");
}

#[test]
fn a_worker_that_is_not_there_is_a_warning() {
    let root = tempfile::tempdir().expect("a folder");
    agent(
        root.path(),
        "chat",
        "interactive",
        &interactive("reseacher", "TOPIC"),
    );
    agent(root.path(), "researcher", "worker", WORKER);
    let output = check(root.path(), &["."]);
    assert_eq!(output.status.code(), Some(0));
    let text = text(&output);
    assert!(
        text.contains("the project has no worker `reseacher`"),
        "{text}"
    );
    assert!(text.contains("did you mean `researcher`?"), "{text}");
    assert!(text.contains("--> ./chat/protocol.yaml:2:3"), "{text}");
}

#[test]
fn one_broken_agent_is_enough_to_fail() {
    let root = tempfile::tempdir().expect("a folder");
    agent(root.path(), "researcher", "worker", WORKER);
    agent(
        root.path(),
        "broken",
        "interactive",
        "agent: { model: a/b, system: sistem }\n",
    );
    write(
        root.path(),
        "broken/settings.json",
        "{ \"slug\": \"No Slug\" }\n",
    );
    let output = check(root.path(), &["--json", "broken", "researcher"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_str(&text(&output)).expect("JSON");
    assert_eq!(json["valid"], false);
    let found: Vec<String> = json["agents"][0]["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| {
            format!(
                "{} {}:{}:{} {}",
                it["severity"], it["file"], it["line"], it["column"], it["message"]
            )
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
    "warning" "protocol.yaml":1:1 "the agent has no triggers, so nothing can start it"
    "error" "protocol.yaml":1:30 "there is no prompt `sistem`"
    "error" "settings.json":1:1 "the settings file needs `name`"
    "error" "settings.json":1:1 "the settings file needs `format`"
    "error" "settings.json":1:11 "the slug `No Slug` is not lower-case-with-dashes"
    "#);
    assert_eq!(json["agents"][1]["valid"], true);
}

#[test]
fn a_folder_that_cannot_be_read_is_another_failure() {
    let root = tempfile::tempdir().expect("a folder");
    let output = check(root.path(), &["nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    write(root.path(), "half/protocol.yaml", "agent: { model: a/b }\n");
    let output = check(root.path(), &["half"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).expect("text");
    assert!(error.contains("settings.json"), "{error}");
}
