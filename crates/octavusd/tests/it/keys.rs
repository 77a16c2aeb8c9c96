//! Who may do what: every endpoint against every kind of key.

use domain::Permission;
use reqwest::{Method, StatusCode};

use crate::TestServer;
use crate::server::send;

/// Every endpoint that needs a key, with the permissions of which one is enough.
fn endpoints() -> Vec<(Method, String, Vec<Permission>)> {
    let document = octavusd::http::document();
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods").iter();
        methods.map(move |(method, operation)| (path, method, operation))
    });
    let with_key = operations.filter_map(|(path, method, operation)| {
        let names = operation.get("x-permissions")?.as_array().expect("a list");
        let names = names.iter().map(|name| name.as_str().expect("a name"));
        let method = method.to_uppercase().parse().expect("a method");
        let permissions = names.map(|name| name.parse().expect("a permission"));
        Some((method, with_a_value(path), permissions.collect()))
    });
    with_key.collect()
}

/// `/api/agents/x` for `/api/agents/{agent}`.
fn with_a_value(path: &str) -> String {
    let segments = path.split('/');
    let values = segments.map(|name| if name.starts_with('{') { "x" } else { name });
    values.collect::<Vec<_>>().join("/")
}

#[test]
fn only_what_describes_the_server_needs_no_key() {
    let document = octavusd::http::document();
    let paths = document["paths"].as_object().expect("paths");
    let open = paths.iter().filter(|(_, methods)| {
        let mut operations = methods.as_object().expect("methods").values();
        operations.any(|operation| operation.get("security").is_none())
    });
    let open: Vec<&String> = open.map(|(path, _)| path).collect();
    let expected = [
        "/docs",
        "/health",
        "/openapi.json",
        "/ready",
        "/schemas/protocol.json",
        "/schemas/settings.json",
    ];
    assert_eq!(open, expected);
}

#[tokio::test]
async fn an_endpoint_takes_the_keys_that_it_should() {
    let server = TestServer::start().await;
    for permission in Permission::ALL {
        let key = server.key("default", &[permission]).await;
        for (method, path, allowed) in endpoints() {
            let answer = send(server.request_as(&key, method.clone(), &path).body("{}")).await;
            let forbidden = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(
                forbidden,
                !allowed.contains(&permission),
                "{permission} {method} {path}"
            );
            if forbidden {
                assert_eq!(answer.json()["code"], "FORBIDDEN");
            }
        }
    }
}

#[tokio::test]
async fn without_a_valid_key_there_is_nothing() {
    let server = TestServer::start().await;
    let good = server.key("default", &Permission::ALL).await;
    let (most, last) = good.split_at(good.len() - 1);
    let wrong_secret = format!("{most}{}", if last == "x" { "y" } else { "x" });
    for key in ["", "nonsense", "oct_sk_", "oct_sk_a_b", &wrong_secret] {
        for (method, path, _) in endpoints() {
            let answer = send(server.request_as(key, method.clone(), &path).body("{}")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert_eq!(answer.json()["code"], "UNAUTHORIZED");
            assert!(answer.headers.contains_key("www-authenticate"));
        }
    }
    let answer = send(server.request_openly(Method::GET, "/api/agents")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_revoked_key_is_refused_within_a_second() {
    let server = TestServer::start().await;
    let key = server.key("default", &Permission::ALL).await;
    let id = octavusd::api_key::parse(&key).expect("a key").0;
    let ask = || send(server.request_as(&key, Method::GET, "/api/agents"));
    assert_eq!(ask().await.status, StatusCode::OK);
    let store = server.runtime.store();
    assert!(
        store
            .revoke_key(&id, runtime::now())
            .await
            .expect("a store")
    );
    let revoked = tokio::time::Instant::now();
    while ask().await.status == StatusCode::OK {
        assert!(revoked.elapsed().as_millis() < 1_500, "the key still works");
    }
}

#[tokio::test]
async fn health_needs_no_key() {
    let server = TestServer::start().await;
    for path in ["/health", "/ready"] {
        let answer = send(server.request_openly(Method::GET, path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    server.runtime.drain().await;
    let answer = send(server.request_openly(Method::GET, "/ready")).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.json()["requestId"].is_string());
}
