//! What an operator runs beside the server: `doctor`, `migrate`, `backup`, `restore`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::process::{Process, free_address, octavusd};
use crate::server::{CHAT, definition, http_client};

/// A machine with a data folder.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = octavusd();
        command.args(arguments).current_dir(self.folder.path());
        command.env("OCTAVUSD_DATA_DIR", self.path("data"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    /// What a command that succeeds prints.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", error(&output));
        text(&output)
    }

    /// What a command that fails prints beside its output.
    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{}", error(&output));
        error(&output)
    }

    fn key(&self) -> String {
        let key = self.says(&["keys", "create", "--name", "test"]);
        key.trim().to_owned()
    }

    fn serve(&self) -> (Process, String) {
        let address = free_address();
        let mut command = self.command(&["serve"]);
        let server = Process::start(command.env("OCTAVUSD_LISTEN", &address));
        server.line("listening");
        (server, format!("http://{address}"))
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn call(base: &str, key: &str, path: &str, body: Option<&Value>) -> Value {
    let url = format!("{base}{path}");
    let client = http_client();
    let request = match body {
        Some(body) => client.post(url).body(body.to_string()),
        None => client.get(url),
    };
    let answer = request.bearer_auth(key).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    let text = answer.text().await.expect("a body");
    serde_json::from_str(&text).expect("JSON")
}

/// The line of a report that is about something.
fn line<'r>(report: &'r str, what: &str) -> &'r str {
    let mut lines = report.lines();
    let found = lines.find(|line| line.contains(&format!("  {what}: ")));
    found.unwrap_or_else(|| panic!("nothing about {what} in {report}"))
}

#[test]
fn doctor_says_what_a_new_machine_will_get() {
    let machine = Machine::new();
    let report = machine.says(&["doctor"]);
    assert!(line(&report, "data folder").starts_with("note"), "{report}");
    let database = line(&report, "database");
    assert!(database.ends_with("the first start sets it up"), "{report}");
    assert!(
        line(&report, "models").contains("OPENAI_API_KEY"),
        "{report}"
    );
    assert!(!machine.path("data").exists(), "a look makes nothing");
}

/// On whichever database the tests run on.
#[tokio::test]
async fn doctor_finds_a_server_healthy_while_it_runs() {
    let machine = Machine::new();
    let (_folder, url) = store::testing::database().await;
    let mut command = machine.command(&["serve"]);
    command.env("OCTAVUSD_LISTEN", free_address());
    let server = Process::start(command.env("DATABASE_URL", &url));
    server.line("listening");
    let mut command = machine.command(&["doctor"]);
    command.env("OPENAI_API_KEY", "sk-canary");
    let output = command.env("DATABASE_URL", &url).output();
    let output = output.expect("it runs");
    let report = text(&output);
    assert!(output.status.success(), "{report}");
    for what in ["data folder", "database", "files", "master key", "models"] {
        assert!(line(&report, what).starts_with("ok"), "{report}");
    }
    assert!(line(&report, "models").contains("openai"), "{report}");
    assert!(!report.contains("canary"), "{report}");
    // A file has no clock of its own.
    let shared = url.starts_with("postgres");
    assert_eq!(report.contains("ok    clock: "), shared, "{report}");
}

#[test]
fn doctor_fails_where_a_server_would() {
    let machine = Machine::new();
    fs::write(machine.path("data"), "not a folder").expect("a file");
    let mut command = machine.command(&["doctor"]);
    command.env(
        "DATABASE_URL",
        "postgres://octavus:canary@127.0.0.1:9/octavus",
    );
    command.env("OCTAVUSD_MASTER_KEY_FILE", "nowhere");
    command.env("OCTAVUSD_FILES_URL", "ftp://canary@host");
    let output = command.output().expect("it runs");
    let report = text(&output);
    for what in ["data folder", "database", "files", "master key"] {
        assert!(line(&report, what).starts_with("FAIL"), "{report}");
    }
    assert_eq!(output.status.code(), Some(1));
    assert!(
        error(&output).contains("4 checks failed"),
        "{}",
        error(&output)
    );
    assert!(!report.contains("canary"), "{report}");

    let mut command = machine.command(&["doctor"]);
    let output = command.env("OCTAVUSD_LISTEN", "nonsense").output();
    let report = text(&output.expect("it runs"));
    assert!(
        line(&report, "configuration").contains("OCTAVUSD_LISTEN"),
        "{report}"
    );
}

#[test]
fn migrate_keeps_a_copy_of_what_it_found() {
    let machine = Machine::new();
    let (_folder, url) = store::testing::sqlite_of(include_str!("databases/0002_files.sql"));
    let run = |what: &str| {
        let mut command = machine.command(&[what]);
        let output = command.env("DATABASE_URL", &url).output().expect("it runs");
        assert!(output.status.success(), "{}", error(&output));
        text(&output)
    };
    let before = run("doctor");
    assert!(
        line(&before, "database").contains("runs 0003_start_keys"),
        "{before}"
    );
    let said = run("migrate");
    assert!(
        said.contains("store.db.before-0003\nran 0003_start_keys\n"),
        "{said}"
    );
    let copy = format!("{}.before-0003", url.trim_start_matches("sqlite:"));
    assert!(Path::new(&copy).exists());
    assert_eq!(run("migrate"), "the database is up to date\n");
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_a_server_again() {
    let machine = Machine::new();
    let (server, base) = machine.serve();
    let key = machine.key();
    let agent = call(
        &base,
        &key,
        "/api/agents",
        Some(&definition("sample", CHAT)),
    )
    .await;
    let body = json!({ "agentId": agent["agentId"] });
    let session = call(&base, &key, "/api/agent-sessions", Some(&body)).await;
    let session = &session["sessionId"];
    let file = json!({ "filename": "a.txt", "mediaType": "text/plain", "size": 5 });
    let body = json!({ "sessionId": session, "files": [file] });
    let slots = call(&base, &key, "/api/files/upload-urls", Some(&body)).await;
    let url = |name: &str| slots["files"][0][name].as_str().expect("a URL").to_owned();
    let put = http_client()
        .put(url("uploadUrl"))
        .header("content-type", "text/plain");
    let uploaded = put.body("hello").send().await.expect("an answer");
    assert!(uploaded.status().is_success());

    let said = machine.says(&["backup", "copy", "--with-master-key"]);
    assert_eq!(
        said,
        "copy: the database and 1 files, with the master key\n"
    );
    let refused = machine.refuses(&["backup", "copy"]);
    assert!(refused.contains("is there already"), "{refused}");
    let refused = machine.refuses(&["restore", "copy"]);
    assert!(refused.contains("there is a database already"), "{refused}");
    drop(server);

    let other = Machine::new();
    let copy = machine.path("copy");
    let said = other.says(&["restore", copy.to_str().expect("text")]);
    assert!(
        said.ends_with("the database and 1 files; with its master key\n"),
        "{said}"
    );
    let (_server, base) = other.serve();
    let path = format!("/api/agent-sessions/{}", session.as_str().expect("an id"));
    let restored = call(&base, &key, &path, None).await;
    assert_eq!(&restored["id"], session);
    let download = url("downloadUrl");
    let path = download.splitn(4, '/').nth(3).expect("a path");
    let answer = http_client().get(format!("{base}/{path}")).send().await;
    assert_eq!(
        answer.expect("an answer").text().await.expect("a body"),
        "hello"
    );
}

#[test]
fn a_backup_holds_no_secret_unless_it_is_asked_to() {
    let machine = Machine::new();
    drop(machine.serve());
    let said = machine.says(&["backup", "copy"]);
    assert!(said.contains("without the master key"), "{said}");
    let entries = fs::read_dir(machine.path("copy")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["octavus.db"]);

    let other = Machine::new();
    let copy = machine.path("copy");
    let said = other.says(&["restore", copy.to_str().expect("text")]);
    assert!(said.contains("without a master key"), "{said}");
    let refused = other.refuses(&["restore", "nowhere"]);
    assert!(refused.contains("nowhere is no backup"), "{refused}");
}

#[test]
fn a_data_folder_is_not_restored_under_a_running_server() {
    let machine = Machine::new();
    let (_server, _) = machine.serve();
    machine.says(&["backup", "copy"]);
    let mut command = machine.command(&["restore", "copy"]);
    let new = format!("sqlite:{}", machine.path("new.db").display());
    let output = command.env("DATABASE_URL", new).output().expect("it runs");
    assert!(
        error(&output).contains("another server uses"),
        "{}",
        error(&output)
    );
}

#[test]
fn postgresql_has_its_own_tools() {
    let machine = Machine::new();
    let mut command = machine.command(&["backup", "copy"]);
    command.env("DATABASE_URL", "postgres://127.0.0.1:9/octavus");
    let output = command.output().expect("it runs");
    assert!(error(&output).contains("pg_dump"), "{}", error(&output));
    assert!(!machine.path("copy").exists());
}
