//! What an older version stored.

use serde_json::{Value, json};
use testkit::Reply;

use crate::TestServer;
use crate::server::Session;

const SESSION: &str = "0mww6ze3awachrsgxdhtiljn";
const PAUSED: &str = "0mww6zp5ysoaaf3y46gedp54";

fn texts(ui: &Value) -> Vec<&str> {
    let messages = ui["messages"].as_array().expect("messages");
    let parts = messages.iter().flat_map(|it| it["parts"].as_array());
    parts
        .flatten()
        .filter_map(|part| part["text"].as_str())
        .collect()
}

#[tokio::test]
async fn a_database_of_the_second_script_goes_on() {
    let dump = include_str!("databases/0002_files.sql");
    let server = TestServer::start_from(dump).await;
    let session = Session {
        server: &server,
        id: SESSION.to_owned(),
    };
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
    let call = format!("{PAUSED}-1-4");
    let results = json!([{ "toolCallId": call, "result": "12:00" }]);
    let body = json!({ "executionId": PAUSED, "toolResults": results });
    let leg = session.trigger(&body).await;
    assert_eq!(leg.said(), "It is noon.");
    assert_eq!(leg.event_types().last().map(String::as_str), Some("finish"));
    server.assert_valid_conversations();

    let ui = session.ui().await;
    assert_eq!(texts(&ui).last(), Some(&"It is noon."));
    let logs = format!("{}/logs?excludeModelRequests=true", session.path());
    let logs = server.get(&logs).await.json();
    let entries = logs["entries"].as_array().expect("entries");
    let kinds: Vec<&Value> = entries.iter().map(|entry| &entry["type"]).collect();
    assert_eq!(kinds[..2], ["trigger", "message"]);
    assert!(!kinds.contains(&&json!("model-request")), "{logs}");
}
