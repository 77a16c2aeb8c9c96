//! Who may do what: every endpoint against every kind of key.

use domain::Permission;
use reqwest::{Method, StatusCode};

use crate::TestServer;
use crate::server::send;

/// Every endpoint with the permissions of which one is enough.
fn endpoints() -> Vec<(Method, &'static str, &'static [Permission])> {
    const READ: &[Permission] = &[Permission::Agents, Permission::Sessions];
    const AGENTS: &[Permission] = &[Permission::Agents];
    const SESSIONS: &[Permission] = &[Permission::Sessions];
    vec![
        (Method::GET, "/api/agents", READ),
        (Method::GET, "/api/agents/x", READ),
        (Method::POST, "/api/agents", AGENTS),
        (Method::POST, "/api/agents/validate", AGENTS),
        (Method::PATCH, "/api/agents/x", AGENTS),
        (Method::DELETE, "/api/agents/x", AGENTS),
        (Method::POST, "/api/agent-sessions", SESSIONS),
        (Method::GET, "/api/agent-sessions/x", SESSIONS),
        (Method::GET, "/api/agent-sessions/x/logs", SESSIONS),
        (Method::POST, "/api/agent-sessions/x/trigger", SESSIONS),
    ]
}

#[tokio::test]
async fn an_endpoint_takes_the_keys_that_it_should() {
    let server = TestServer::start().await;
    for permission in Permission::ALL {
        let key = server.key("default", &[permission]).await;
        for (method, path, allowed) in endpoints() {
            let answer = send(server.request_as(&key, method.clone(), path).body("{}")).await;
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
    let wrong_secret = format!("{}x", &good[..good.len() - 1]);
    for key in ["", "nonsense", "oct_sk_", "oct_sk_a_b", &wrong_secret] {
        for (method, path, _) in endpoints() {
            let answer = send(server.request_as(key, method.clone(), path).body("{}")).await;
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
