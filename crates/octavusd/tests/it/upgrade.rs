//! What older versions stored: for each script a database as the build kept it that had this script as its
//! newest. `script/database-fixture` makes the one of today.

use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::Session;

macro_rules! databases {
    ($($name:ident = $file:literal,)*) => {
        const FILES: &[&str] = &[$($file),*];

        $(
            #[tokio::test]
            async fn $name() {
                a_database_goes_on(include_str!(concat!("databases/", $file))).await;
            }
        )*
    };
}

databases! {
    the_first_script_goes_on = "0001_first.sql",
    the_second_script_goes_on = "0002_files.sql",
    the_third_script_goes_on = "0003_start_keys.sql",
    the_fourth_script_goes_on = "0004_log_kinds.sql",
    the_fifth_script_goes_on = "0005_key_wire.sql",
}

/// The names of the files of a folder, in order.
fn names(folder: &str) -> Vec<String> {
    let folder = format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_script_has_a_database() {
    let scripts = names("../store/migrations/sqlite");
    assert_eq!(
        names("tests/it/databases"),
        scripts,
        "run script/database-fixture"
    );
    assert_eq!(FILES, scripts, "name it in the list");
}

/// The value of a comment at the head of a dump.
fn header<'d>(dump: &'d str, name: &str) -> &'d str {
    let mark = format!("-- {name}: ");
    let found = dump.lines().find_map(|line| line.strip_prefix(&*mark));
    found.expect("a comment")
}

fn texts(ui: &Value) -> Vec<&str> {
    let messages = ui["messages"].as_array().expect("messages");
    let parts = messages.iter().flat_map(|it| it["parts"].as_array());
    parts
        .flatten()
        .filter_map(|part| part["text"].as_str())
        .collect()
}

/// A session is read; its second turn, which waits for a tool, goes on; a third one follows.
async fn a_database_goes_on(dump: &str) {
    let server = TestServer::start_from(dump).await;
    let session = Session {
        server: &server,
        id: header(dump, "session").to_owned(),
    };
    let paused = header(dump, "paused");
    let ui = session.ui().await;
    assert_eq!(
        texts(&ui)[2..],
        [
            "What time is it?",
            "Let me use `get-current-time` for that."
        ]
    );
    let card = &ui["messages"][3]["parts"][1];
    assert_eq!(
        (&card["type"], &card["status"]),
        (&json!("tool-call"), &json!("running"))
    );

    server.fake.push(Reply::text("It is noon."));
    let results = json!([{ "toolCallId": card["toolCallId"], "result": "12:00" }]);
    let body = json!({ "executionId": paused, "toolResults": results });
    let leg = session.trigger(&body).await;
    assert_eq!(leg.said(), "It is noon.");
    assert_eq!(leg.event_types().last().map(String::as_str), Some("finish"));

    server.fake.push(Reply::text("Bye."));
    let body = json!({ "triggerName": "user-message", "input": { "USER_MESSAGE": "Thanks." } });
    assert_eq!(session.trigger(&body).await.said(), "Bye.");
    server.assert_valid_conversations();

    let ui = session.ui().await;
    assert_eq!(texts(&ui)[4..], ["It is noon.", "Thanks.", "Bye."]);
    let logs = format!("{}/logs?excludeModelRequests=true", session.path());
    let logs = server.get(&logs).await.json();
    let entries = logs["entries"].as_array().expect("entries");
    let kinds: Vec<&Value> = entries.iter().map(|entry| &entry["type"]).collect();
    assert_eq!(kinds[..2], ["trigger", "message"]);
    assert!(!kinds.contains(&&json!("model-request")), "{logs}");
}
