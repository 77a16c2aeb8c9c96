//! When a call is tried again, and how often.

use std::time::{Duration, Instant};

use domain::{Delta, ErrorType};
use provider::{Providers, ProvidersConfig, RetryPolicy};
use testkit::{FakeProvider, Reply};
use tokio::net::TcpListener;

use crate::support::{
    CHAT_MODEL, GOOGLE_MODEL, MODEL, MODELS, OPENAI_MODEL, ask, ask_model, config, failure, fake,
    move_anthropic, text_of,
};

fn overloaded() -> Reply {
    Reply::fail(529, "overloaded_error", "Overloaded")
}

/// The vendor's word for it.
fn overload_of(model: &str) -> &'static str {
    match model {
        OPENAI_MODEL => "server_is_overloaded",
        GOOGLE_MODEL => "UNAVAILABLE",
        _ => "overloaded_error",
    }
}

#[tokio::test]
async fn two_failures_before_the_answer_are_not_seen() {
    let (fake, providers) = fake().await;
    fake.push(overloaded());
    fake.push(Reply::fail(429, "rate_limit_error", "Slow down"));
    fake.push(Reply::text("Here I am."));
    let (deltas, failure) = ask(&providers, "Hello").await;
    assert_eq!((text_of(&deltas).as_str(), failure), ("Here I am.", None));
    assert_eq!(fake.counts().requests, 3);
}

#[tokio::test]
async fn the_third_failure_is_told() {
    let (fake, providers) = fake().await;
    (0..4).for_each(|_| fake.push(overloaded()));
    let info = failure(&providers).await;
    assert_eq!(info.error_type, ErrorType::ProviderOverloaded);
    assert_eq!(fake.counts().requests, 3);
    let bodies: Vec<_> = fake
        .requests()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn an_error_in_the_stream_before_content_is_a_failure_like_any() {
    let (fake, providers) = fake().await;
    for (at, model) in MODELS.into_iter().enumerate() {
        fake.push(Reply::new().then_error(overload_of(model), "Overloaded"));
        fake.push(Reply::text("Here I am."));
        let (deltas, failure) = ask_model(&providers, model, "Hello").await;
        assert_eq!((text_of(&deltas).as_str(), failure), ("Here I am.", None));
        assert_eq!(fake.counts().requests, 2 * (at + 1));
    }
}

#[tokio::test]
async fn after_content_nothing_is_sent_again() {
    let begun = |model| {
        let hidden = Reply::new().then_redacted("half");
        [
            (model, Reply::text("Half")),
            (model, Reply::new().then_thinking("Half")),
            (model, Reply::tool("half", serde_json::json!({}))),
            // Chat Completions say nothing of what they hide.
            (if model == CHAT_MODEL { MODEL } else { model }, hidden),
        ]
    };
    for (model, begun) in MODELS.into_iter().flat_map(begun) {
        let (fake, providers) = fake().await;
        fake.push(begun.then_error(overload_of(model), "Overloaded"));
        let (deltas, failure) = ask_model(&providers, model, "Hello").await;
        assert!(deltas.iter().any(|delta| !matches!(delta, Delta::Usage(_))));
        let info = failure.unwrap();
        assert_eq!(info.error_type, ErrorType::ProviderOverloaded);
        assert!(info.retryable, "the user may still press the button");
        assert_eq!(fake.counts().requests, 1);
    }
}

#[tokio::test]
async fn a_refused_request_is_not_repeated() {
    for status in [400, 401, 402, 403, 404, 413, 422, 501] {
        let (fake, providers) = fake().await;
        fake.push(Reply::fail(status, "some_error", "No."));
        assert!(!failure(&providers).await.retryable);
        assert_eq!(fake.counts().requests, 1, "{status}");
    }
}

#[tokio::test]
async fn a_vendor_that_asks_for_a_wait_gets_it() {
    let (fake, providers) = fake().await;
    fake.push(overloaded().header("retry-after", "0.3"));
    let start = Instant::now();
    let (_, failure) = ask(&providers, "Hello").await;
    assert_eq!(failure, None);
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_vendor_has_the_last_word_on_another_attempt() {
    let (fake, providers) = fake().await;
    fake.push(overloaded().header("x-should-retry", "false"));
    let info = failure(&providers).await;
    assert!(info.retryable, "later, or by another vendor");
    assert_eq!(fake.counts().requests, 1);
    fake.push(Reply::fail(409, "conflict_error", "Locked").header("x-should-retry", "true"));
    fake.push(Reply::text("Here I am."));
    let (deltas, failure) = ask(&providers, "Hello").await;
    assert_eq!((text_of(&deltas).as_str(), failure), ("Here I am.", None));
    assert_eq!(fake.counts().requests, 3);
}

#[tokio::test]
async fn a_wait_may_be_asked_for_as_a_date() {
    let (fake, providers) = fake().await;
    let reply = overloaded()
        .header("date", "Tue, 24 Nov 2026 10:00:00 GMT")
        .header("retry-after", "Tue, 24 Nov 2026 10:00:01 GMT");
    fake.push(reply);
    let start = Instant::now();
    let (_, failure) = ask(&providers, "Hello").await;
    assert_eq!(failure, None);
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn nobody_waits_longer_than_half_a_minute() {
    let (fake, providers) = fake().await;
    fake.push(overloaded().header("retry-after", "31"));
    let info = failure(&providers).await;
    assert_eq!((info.retry_after, info.retryable), (Some(31), true));
    assert_eq!(fake.counts().requests, 1);
}

#[tokio::test]
async fn the_number_of_retries_is_configurable() {
    let fake = FakeProvider::start().await.unwrap();
    fake.set_default(overloaded());
    let config = config(&fake);
    let retry = RetryPolicy {
        retries: 0,
        ..config.retry
    };
    let providers = Providers::new(ProvidersConfig { retry, ..config }).unwrap();
    failure(&providers).await;
    assert_eq!(fake.counts().requests, 1);
}

#[tokio::test]
async fn a_connection_that_closes_at_once_is_tried_three_times() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (fake, _) = fake().await;
    let mut config = config(&fake);
    move_anthropic(
        &mut config,
        format!("http://{}", listener.local_addr().unwrap()),
    );
    let providers = Providers::new(config).unwrap();
    let closing = async {
        for accepted in 1.. {
            drop(listener.accept().await.unwrap());
            assert!(accepted <= 3, "a fourth attempt");
        }
    };
    let info = tokio::select! {
        info = failure(&providers) => info,
        () = closing => unreachable!(),
    };
    assert_eq!(info.code.as_deref(), Some("ANTHROPIC_UNREACHABLE"));
    assert!(info.retryable);
}

#[tokio::test]
async fn nobody_listens() {
    let (fake, _) = fake().await;
    let mut config = config(&fake);
    // Port 1 of the loopback interface: reserved, and nobody's.
    move_anthropic(&mut config, "http://127.0.0.1:1".to_owned());
    let info = failure(&Providers::new(config).unwrap()).await;
    assert_eq!(info.error_type, ErrorType::ProviderError);
    assert_eq!(info.message, "anthropic could not be reached");
}
