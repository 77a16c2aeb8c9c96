//! `/schemas/…`: what editors complete by.

use std::process::Command;

use serde_json::Value;

use crate::TestServer;

/// What `octavusd schema FILE` prints.
fn printed(file: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_octavusd"))
        .args(["schema", file])
        .output()
        .expect("it runs");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[tokio::test]
async fn the_served_schemas_are_the_printed_ones() {
    let server = TestServer::start().await;
    for file in ["protocol", "settings"] {
        let answer = server.get(&format!("/schemas/{file}.json")).await;
        assert_eq!(answer.json(), printed(file));
    }
}

#[test]
fn the_protocol_is_the_default() {
    let output = Command::new(env!("CARGO_BIN_EXE_octavusd"))
        .arg("schema")
        .output()
        .expect("it runs");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(schema, printed("protocol"));
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
}
