//! `/openapi.json` and `/docs`: what the API says of itself.

use std::collections::BTreeSet;

use domain::Permission;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::TestServer;
use crate::server::send;

/// Every value in the document under that name.
fn all<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                if field == name {
                    found.push(value);
                }
                all(value, name, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all(item, name, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn operations(document: &Value) -> Vec<&Value> {
    let paths = document["paths"].as_object().expect("paths").values();
    let methods = paths.filter_map(Value::as_object);
    methods.flat_map(|methods| methods.values()).collect()
}

fn name(operation: &Value) -> &str {
    operation["operationId"].as_str().expect("an id")
}

/// The public document says nothing of the documents that we work with.
#[test]
fn descriptions_are_for_readers_of_the_api() {
    let text = octavusd::http::document().to_string();
    assert!(!text.contains("CONTRACT"), "{text}");
}

/// The contract: a change of this snapshot is a change of the API.
#[test]
fn the_document_is_as_it_was() {
    insta::assert_json_snapshot!(octavusd::http::document(), { ".info.version" => "…" });
}

#[test]
fn every_reference_leads_somewhere() {
    let document = octavusd::http::document();
    let mut references = Vec::new();
    all(&document, "$ref", &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let target = pointer.and_then(|pointer| document.pointer(pointer));
        assert!(target.is_some(), "{reference}");
    }
    let mut links = Vec::new();
    all(&document, "links", &mut links);
    let operations = operations(&document);
    let linked = links
        .iter()
        .flat_map(|links| links.as_object().expect("links").values());
    for link in linked {
        let known = operations.iter().any(|it| link["operationId"] == name(it));
        assert!(known, "{link}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_summary() {
    let document = octavusd::http::document();
    let operations = operations(&document);
    let ids: BTreeSet<&str> = operations.iter().map(|it| name(it)).collect();
    assert_eq!(ids.len(), operations.len());
    for operation in operations {
        assert!(operation["summary"].is_string(), "{operation}");
    }
}

#[tokio::test]
async fn the_document_is_served_to_everybody() {
    let server = TestServer::start().await;
    let answer = send(server.request_openly(Method::GET, "/openapi.json")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.json(), octavusd::http::document());
}

#[tokio::test]
async fn its_examples_are_right() {
    let server = TestServer::start().await;
    let document = octavusd::http::document();
    let example = |path: &str| {
        document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
            .clone()
    };
    let created = server.post("/api/agents", &example("/api/agents")).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    let session = server
        .post("/api/agent-sessions", &example("/api/agent-sessions"))
        .await;
    assert_eq!(session.status, StatusCode::OK, "{}", session.text);
    let id = session.json()["sessionId"]
        .as_str()
        .expect("an id")
        .to_owned();
    let body = example("/api/agent-sessions/{session}/trigger");
    let leg = server
        .post(&format!("/api/agent-sessions/{id}/trigger"), &body)
        .await;
    assert_eq!(leg.event_types().last().map(String::as_str), Some("finish"));
}

#[tokio::test]
async fn what_cannot_be_decoded_is_refused_in_json() {
    let server = TestServer::start().await;
    let refused = [
        "/api/agents/%ff",
        "/api/agent-sessions/%C3%28",
        "/api/agents/x?by=name",
        "/api/agents/x?by=id&by=slug",
        "/api/agent-sessions/x?format=html",
        "/api/agent-sessions/x/logs?excludeModelRequests=perhaps",
    ];
    for path in refused {
        let answer = server.get(path).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{path}: {}",
            answer.text
        );
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR", "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn the_page_shows_every_operation_and_needs_nothing_from_elsewhere() {
    let server = TestServer::start().await;
    let answer = send(server.request_openly(Method::GET, "/docs")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    for operation in operations(&octavusd::http::document()) {
        let id = name(operation);
        assert!(
            answer.text.contains(&format!("<article id=\"{id}\"")),
            "{id}"
        );
    }
    for elsewhere in ["src=", "<link", "@import", "url(", "<script"] {
        assert!(!answer.text.contains(elsewhere), "{elsewhere}");
    }
    for permission in Permission::ALL.into_iter().take(2) {
        assert!(answer.text.contains(permission.as_str()));
    }
}
