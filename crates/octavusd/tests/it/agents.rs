//! `/api/agents`

use domain::Permission;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::TestServer;
use crate::server::{CHAT, definition, send};

async fn create(server: &TestServer, slug: &str) -> String {
    let answer = server.post("/api/agents", &definition(slug, CHAT)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json()["agentId"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_created_agent_is_listed_and_read_by_id_and_slug() {
    let server = TestServer::start().await;
    let id = create(&server, "sample").await;
    let list = server.get("/api/agents").await.json();
    let row = &list["agents"][0];
    assert_eq!(row["slug"], "sample");
    assert_eq!(row["description"], Value::Null, "the key must be there");
    assert!(
        row["projectId"].is_string() && row["createdAt"].as_str().expect("a time").ends_with('Z')
    );
    let by_id = server.get(&format!("/api/agents/{id}")).await.json();
    assert_eq!(by_id["protocol"], CHAT);
    assert_eq!(by_id["references"], json!([]));
    assert!(
        by_id["settings"].get("description").is_none(),
        "null would make the SDK throw"
    );
    assert_eq!(server.get("/api/agents/sample?by=slug").await.json(), by_id);
    assert_eq!(
        server.get("/api/agents/sample").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_slug_is_taken_until_its_agent_is_archived() {
    let server = TestServer::start().await;
    let id = create(&server, "sample").await;
    let again = server
        .post("/api/agents", &definition("sample", CHAT))
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.json()["code"], "CONFLICT");
    let archived = send(server.request(Method::DELETE, &format!("/api/agents/{id}"))).await;
    assert_eq!(archived.status, StatusCode::OK);
    assert_eq!(
        server.get(&format!("/api/agents/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
    create(&server, "sample").await;
}

#[tokio::test]
async fn a_patch_keeps_what_it_does_not_name() {
    let server = TestServer::start().await;
    create(&server, "sample").await;
    let patch = |body: Value| {
        let request = server.request(Method::PATCH, "/api/agents/sample?by=slug");
        send(request.body(body.to_string()))
    };
    let answer = patch(json!({ "settings": { "name": "New" } })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let agent = server.get("/api/agents/sample?by=slug").await.json();
    assert_eq!(
        (&agent["settings"]["name"], &agent["protocol"]),
        (&json!("New"), &json!(CHAT))
    );
    assert_eq!(agent["prompts"].as_array().map(Vec::len), Some(2));
    let answer = patch(json!({ "prompts": [] })).await;
    assert_eq!(
        answer.status,
        StatusCode::BAD_REQUEST,
        "the protocol names prompts that are gone"
    );
    let answer = patch(json!({ "settings": { "slug": "other" } })).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
}

#[tokio::test]
async fn a_broken_protocol_is_refused_with_every_error() {
    let server = TestServer::start().await;
    let broken = CHAT
        .replace("prompt: text", "prompt: txet")
        .replace("[get-time, search]", "[get-tim]");
    let answer = server
        .post("/api/agents", &definition("broken", &broken))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let error = answer.json()["error"].as_str().expect("a text").to_owned();
    assert!(
        error.contains("txet") && error.contains("get-tim"),
        "{error}"
    );
    assert!(error.starts_with("protocol.yaml:"), "{error}");
}

#[tokio::test]
async fn validation_answers_200_with_places() {
    let server = TestServer::start().await;
    let good = server
        .post("/api/agents/validate", &definition("good", CHAT))
        .await;
    assert_eq!(
        (good.status, good.json()["valid"].clone()),
        (StatusCode::OK, json!(true))
    );
    let broken = CHAT.replace("prompt: text", "prompt: txet");
    let answer = server
        .post("/api/agents/validate", &definition("broken", &broken))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!(body["valid"], false);
    let error = &body["errors"][0];
    assert_eq!(
        (&error["severity"], &error["file"]),
        (&json!("error"), &json!("protocol.yaml"))
    );
    assert!(
        error["line"].is_u64() && error["column"].is_u64(),
        "{error}"
    );
    assert!(
        server.get("/api/agents").await.json()["agents"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
}

#[tokio::test]
async fn projects_are_separate_worlds() {
    let server = TestServer::start().await;
    let id = create(&server, "sample").await;
    let stranger = server.key("other", &Permission::ALL).await;
    for path in [
        format!("/api/agents/{id}"),
        "/api/agents/sample?by=slug".to_owned(),
    ] {
        for method in [Method::GET, Method::PATCH, Method::DELETE] {
            let request = server
                .request_as(&stranger, method.clone(), &path)
                .body("{}");
            assert_eq!(
                send(request).await.status,
                StatusCode::NOT_FOUND,
                "{method} {path}"
            );
        }
    }
    let list = send(server.request_as(&stranger, Method::GET, "/api/agents"))
        .await
        .json();
    assert_eq!(list["agents"], json!([]));
}

#[tokio::test]
async fn a_body_that_is_not_right_says_where() {
    let server = TestServer::start().await;
    let answer = server
        .post("/api/agents", &json!({ "settings": { "slug": 1 } }))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let body = answer.json();
    assert_eq!(body["code"], "VALIDATION_ERROR");
    assert_eq!(body["error"], body["message"]);
    assert!(
        body["error"]
            .as_str()
            .expect("a text")
            .contains("`settings.slug`"),
        "{body}"
    );
}

#[tokio::test]
async fn a_doubled_leading_slash_is_accepted() {
    let server = TestServer::start().await;
    create(&server, "sample").await;
    let answer = server.get("//api/agents/sample?by=slug").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_json() {
    let server = TestServer::start().await;
    let answer = server.get("/api/nonsense").await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (StatusCode::NOT_FOUND, json!("NOT_FOUND"))
    );
    let answer = send(server.request(Method::PUT, "/api/agents")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.json()["code"], "METHOD_NOT_ALLOWED");
}

/// Ids, numbers and which is current, as the endpoint lists them.
fn revision_rows(answer: &Value) -> Vec<(&str, i64, bool)> {
    let rows = answer["revisions"].as_array().expect("a list").iter();
    rows.map(|row| {
        assert!(row["createdAt"].as_str().expect("a time").ends_with('Z'));
        let id = row["id"].as_str().expect("an id");
        (
            id,
            row["number"].as_i64().expect("a number"),
            row["current"] == true,
        )
    })
    .collect()
}

#[tokio::test]
async fn every_change_is_a_revision_and_the_same_content_is_none() {
    let server = TestServer::start().await;
    let id = create(&server, "sample").await;
    let path = format!("/api/agents/{id}/revisions");
    let first = server.get(&path).await.json();
    let rows = revision_rows(&first);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].1, rows[0].2), (1, true));
    for name in ["New", "New"] {
        let body = json!({ "settings": { "name": name } });
        let patch = server.request(Method::PATCH, &format!("/api/agents/{id}"));
        assert_eq!(
            send(patch.body(body.to_string())).await.status,
            StatusCode::OK
        );
    }
    let second = server
        .get("/api/agents/sample/revisions?by=slug")
        .await
        .json();
    let numbers: Vec<(i64, bool)> = revision_rows(&second)
        .iter()
        .map(|row| (row.1, row.2))
        .collect();
    assert_eq!(numbers, [(2, true), (1, false)]);
    assert_eq!(revision_rows(&second)[1].0, rows[0].0);
}

#[tokio::test]
async fn revisions_of_another_projects_agent_are_not_there() {
    let server = TestServer::start().await;
    let id = create(&server, "sample").await;
    let stranger = server.key("other", &Permission::ALL).await;
    for path in [
        format!("/api/agents/{id}/revisions"),
        "/api/agents/sample/revisions?by=slug".to_owned(),
    ] {
        let answer = send(server.request_as(&stranger, Method::GET, &path)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
