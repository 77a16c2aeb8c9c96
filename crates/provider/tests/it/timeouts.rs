//! A vendor that says nothing.

use std::time::Duration;

use domain::ErrorType;
use provider::{Providers, ProvidersConfig, Timeouts};
use testkit::{FakeProvider, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{ask, config, failure, move_anthropic, text_of};

async fn impatient(first_byte: u64, idle: u64) -> (FakeProvider, Providers) {
    let fake = FakeProvider::start().await.unwrap();
    let timeouts = Timeouts {
        first_byte: Duration::from_millis(first_byte),
        idle: Duration::from_millis(idle),
        ..Timeouts::default()
    };
    let config = ProvidersConfig {
        timeouts,
        ..config(&fake)
    };
    let providers = Providers::new(config).unwrap();
    (fake, providers)
}

#[tokio::test]
async fn headers_that_never_come() {
    let (fake, providers) = impatient(100, 10_000).await;
    fake.push(Reply::silence());
    let info = failure(&providers).await;
    assert_eq!(info.error_type, ErrorType::ProviderTimeout);
    assert_eq!(info.message, "anthropic sent nothing for 0.1 s");
    assert_eq!(info.code.as_deref(), Some("ANTHROPIC_TIMEOUT"));
    assert!(info.retryable);
    let counts = fake.until_aborted(1).await;
    assert_eq!(
        counts.requests, 1,
        "waiting again would double the user's wait"
    );
}

#[tokio::test]
async fn a_stall_in_the_middle() {
    let (fake, providers) = impatient(10_000, 100).await;
    fake.push(Reply::text("Half of it").then_stall());
    let (deltas, failure) = ask(&providers, "Hello").await;
    assert_eq!(text_of(&deltas), "Half of it");
    assert_eq!(failure.unwrap().error_type, ErrorType::ProviderTimeout);
    assert_eq!(fake.until_aborted(1).await.requests, 1);
}

#[tokio::test]
async fn a_slow_answer_is_no_stall() {
    let (fake, providers) = impatient(400, 400).await;
    fake.push(Reply::text("one two three four five six").chunk_delay_ms(100));
    let (deltas, failure) = ask(&providers, "Hello").await;
    assert_eq!(
        (text_of(&deltas).as_str(), failure),
        ("one two three four five six", None)
    );
}

#[tokio::test]
async fn the_body_of_an_error_that_never_comes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (fake, _) = impatient(200, 200).await;
    let mut config = ProvidersConfig {
        timeouts: Timeouts {
            first_byte: Duration::from_millis(200),
            ..Timeouts::default()
        },
        ..config(&fake)
    };
    move_anthropic(
        &mut config,
        format!("http://{}", listener.local_addr().unwrap()),
    );
    let providers = Providers::new(config).unwrap();
    let stalling = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        // An answer before the request would be no answer.
        assert!(socket.read(&mut [0; 1024]).await.unwrap() > 0);
        let head = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 5\r\n\r\n{";
        socket.write_all(head).await.unwrap();
        std::future::pending::<()>().await;
    };
    let info = tokio::select! {
        info = failure(&providers) => info,
        () = stalling => unreachable!(),
    };
    assert_eq!(info.error_type, ErrorType::ValidationError, "{info:?}");
}
