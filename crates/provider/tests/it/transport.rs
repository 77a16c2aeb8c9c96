//! A network that fails, below every dialect alike.

use std::time::Duration;

use domain::{ErrorInfo, ErrorType};
use provider::{Providers, ProvidersConfig, RetryPolicy, Timeouts};
use testkit::{FakeProvider, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Answer, MODELS, ask_model, endpoint, text_of};

/// Every vendor at that address.
fn all_at(url: &str) -> Providers {
    let config = ProvidersConfig {
        endpoints: MODELS
            .map(|model| (vendor_of(model).to_owned(), endpoint(url.to_owned())))
            .into(),
        retry: RetryPolicy {
            retries: 1,
            backoff: Duration::from_millis(1),
            ..RetryPolicy::default()
        },
        timeouts: Timeouts {
            first_byte: Duration::from_millis(200),
            idle: Duration::from_millis(200),
            connect: Duration::from_secs(5),
        },
        ..ProvidersConfig::default()
    };
    Providers::new(config).unwrap()
}

fn vendor_of(model: &str) -> &str {
    model.split_once('/').unwrap().0
}

fn code(model: &str, what: &str) -> String {
    let vendor = vendor_of(model).to_uppercase().replace('-', "_");
    format!("{vendor}_{what}")
}

#[track_caller]
fn check(model: &str, info: &ErrorInfo, what: &str, error_type: ErrorType) {
    let told = (info.code.as_deref(), info.error_type, info.retryable);
    assert_eq!(
        told,
        (Some(&*code(model, what)), error_type, true),
        "{info:?}"
    );
    assert!(
        !info.message.contains("http"),
        "no address is told: {info:?}"
    );
}

/// Asks each dialect's model while every connection is treated so.
async fn ask_all(scheme: &str, treat: impl AsyncFn(TcpStream)) -> Vec<(&'static str, Answer)> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let providers = all_at(&format!("{scheme}://{}", listener.local_addr().unwrap()));
    let serve = async {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            treat(socket).await;
        }
    };
    let asking = async {
        let mut answers = Vec::new();
        for model in MODELS {
            answers.push((model, ask_model(&providers, model, "Hello").await));
        }
        answers
    };
    tokio::select! {
        answers = asking => answers,
        () = serve => unreachable!("the vendor never ends"),
    }
}

async fn read_request(socket: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.windows(4).any(|it| it == b"\r\n\r\n") {
        socket.read_buf(&mut request).await.unwrap();
    }
}

const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

#[tokio::test]
async fn a_name_that_nobody_has() {
    // Reserved to be nobody's (RFC 6761).
    let providers = all_at("http://models.invalid");
    for model in MODELS {
        let (deltas, failure) = ask_model(&providers, model, "Hello").await;
        assert_eq!(deltas, []);
        check(
            model,
            &failure.unwrap(),
            "UNREACHABLE",
            ErrorType::ProviderError,
        );
    }
}

#[tokio::test]
async fn a_handshake_that_fails() {
    let answers = ask_all("https", async |mut socket| {
        drop(socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
    });
    for (model, (deltas, failure)) in answers.await {
        assert_eq!(deltas, []);
        check(
            model,
            &failure.unwrap(),
            "UNREACHABLE",
            ErrorType::ProviderError,
        );
    }
}

#[tokio::test]
async fn a_reset_before_the_head() {
    let answers = ask_all("http", async |mut socket| {
        read_request(&mut socket).await;
        socket.set_zero_linger().unwrap();
    });
    for (model, (_, failure)) in answers.await {
        check(
            model,
            &failure.unwrap(),
            "UNREACHABLE",
            ErrorType::ProviderError,
        );
    }
}

#[tokio::test]
async fn a_reset_behind_the_head() {
    let answers = ask_all("http", async |mut socket| {
        read_request(&mut socket).await;
        socket.write_all(HEAD).await.unwrap();
        socket.write_all(b"5\r\ndata:\r\n").await.unwrap();
        // What is not read yet goes with a reset.
        tokio::time::sleep(Duration::from_millis(20)).await;
        socket.set_zero_linger().unwrap();
    });
    for (model, (_, failure)) in answers.await {
        check(
            model,
            &failure.unwrap(),
            "INCOMPLETE",
            ErrorType::ProviderError,
        );
    }
}

#[tokio::test]
async fn a_head_that_stops_in_the_middle() {
    let answers = ask_all("http", async |mut socket| {
        read_request(&mut socket).await;
        socket.write_all(&HEAD[..30]).await.unwrap();
        // Until the caller leaves.
        drop(socket.read(&mut [0; 64]).await);
        while socket.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {}
    });
    for (model, (_, failure)) in answers.await {
        check(
            model,
            &failure.unwrap(),
            "TIMEOUT",
            ErrorType::ProviderTimeout,
        );
    }
}

#[tokio::test]
async fn a_stream_that_stops_in_the_middle() {
    let fake = FakeProvider::start().await.unwrap();
    for model in MODELS {
        let mut config = crate::support::config(&fake);
        config.timeouts.idle = Duration::from_millis(150);
        let providers = Providers::new(config).unwrap();
        fake.push(Reply::text("Half of it").then_stall());
        let (deltas, failure) = ask_model(&providers, model, "Hello").await;
        assert_eq!(text_of(&deltas), "Half of it");
        check(
            model,
            &failure.unwrap(),
            "TIMEOUT",
            ErrorType::ProviderTimeout,
        );
    }
}

/// RELIABILITY T7: what each status means, whatever the dialect.
#[tokio::test]
async fn every_status_means_the_same_with_every_dialect() {
    let fake = FakeProvider::start().await.unwrap();
    let config = ProvidersConfig {
        retry: RetryPolicy {
            retries: 0,
            ..RetryPolicy::default()
        },
        ..crate::support::config(&fake)
    };
    let providers = Providers::new(config).unwrap();
    for (status, error_type, retryable) in [
        (400, ErrorType::ValidationError, false),
        (401, ErrorType::AuthenticationError, false),
        (402, ErrorType::QuotaExceededError, false),
        (403, ErrorType::PermissionError, false),
        (404, ErrorType::NotFoundError, false),
        (408, ErrorType::ProviderTimeout, true),
        (409, ErrorType::ProviderError, false),
        (413, ErrorType::ValidationError, false),
        (422, ErrorType::ValidationError, false),
        (429, ErrorType::RateLimitError, true),
        (500, ErrorType::ProviderError, true),
        (501, ErrorType::ProviderError, false),
        (502, ErrorType::ProviderError, true),
        (503, ErrorType::ProviderOverloaded, true),
        (504, ErrorType::ProviderTimeout, true),
        (529, ErrorType::ProviderOverloaded, true),
    ] {
        for model in MODELS {
            for body in ["<html>", "", "{}", "[]", "null", r#"{"error":null}"#] {
                fake.push(Reply::fail_with_body(status, body).header("retry-after", "2"));
                let (deltas, failure) = ask_model(&providers, model, "Hello").await;
                let info = failure.unwrap();
                assert_eq!(deltas, []);
                let told = (info.error_type, info.retryable, info.retry_after);
                assert_eq!(
                    told,
                    (error_type, retryable, Some(2)),
                    "{model} {status} {body}"
                );
                assert_eq!(info.provider.unwrap().status_code, Some(status));
            }
        }
    }
}
