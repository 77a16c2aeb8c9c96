//! What a client is told for each status and each word of a vendor.

use std::time::Duration;

use domain::{ErrorInfo, ErrorSource};
use provider::{Providers, ProvidersConfig, RetryPolicy, Timeouts};
use testkit::{FakeProvider, Reply};

use crate::support::{
    CHAT_MODEL, GOOGLE_MODEL, KEY, MODELS, OPENAI_MODEL, ask_model, failure, fake,
};

async fn told(reply: Reply) -> ErrorInfo {
    let (fake, providers) = fake().await;
    fake.set_default(reply);
    failure(&providers).await
}

async fn told_by_openai(reply: Reply) -> ErrorInfo {
    told_by(OPENAI_MODEL, reply).await
}

async fn told_by(model: &str, reply: Reply) -> ErrorInfo {
    let (fake, providers) = fake().await;
    fake.set_default(reply);
    ask_model(&providers, model, "Hello").await.1.unwrap()
}

fn line(info: &ErrorInfo) -> String {
    let kind = serde_json::to_value(info.error_type).unwrap();
    let code = info.code.as_deref().unwrap_or("-");
    let retryable = if info.retryable { "retryable" } else { "final" };
    format!(
        "{code} {} {retryable}: {}",
        kind.as_str().unwrap(),
        info.message
    )
}

#[tokio::test]
async fn a_status_without_a_word_is_classified() {
    let mut lines = Vec::new();
    for status in [
        400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 501, 502, 503, 504, 529,
    ] {
        lines.push(line(
            &told(Reply::fail_with_body(status, "<html>oops</html>")).await,
        ));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    ANTHROPIC_400 validation_error final: anthropic refused the request
    ANTHROPIC_401 authentication_error final: anthropic does not accept the API key
    ANTHROPIC_402 quota_exceeded_error final: anthropic asks for payment
    ANTHROPIC_403 permission_error final: anthropic does not permit the request
    ANTHROPIC_404 not_found_error final: anthropic does not know the model
    ANTHROPIC_408 provider_timeout retryable: anthropic took too long
    ANTHROPIC_409 provider_error final: anthropic failed
    ANTHROPIC_BYTES_EXCEEDED validation_error final: anthropic refused the request
    ANTHROPIC_422 validation_error final: anthropic refused the request
    ANTHROPIC_429 rate_limit_error retryable: anthropic limits the rate of requests
    ANTHROPIC_500 provider_error retryable: anthropic failed
    ANTHROPIC_501 provider_error final: anthropic failed
    ANTHROPIC_502 provider_error retryable: anthropic failed
    ANTHROPIC_503 provider_overloaded retryable: anthropic is overloaded
    ANTHROPIC_504 provider_timeout retryable: anthropic took too long
    ANTHROPIC_529 provider_overloaded retryable: anthropic is overloaded
    ");
}

#[tokio::test]
async fn a_word_in_the_stream_is_classified() {
    let mut lines = Vec::new();
    for kind in [
        "invalid_request_error",
        "authentication_error",
        "billing_error",
        "permission_error",
        "not_found_error",
        "request_too_large",
        "rate_limit_error",
        "timeout_error",
        "api_error",
        "overloaded_error",
        "new_error",
    ] {
        lines.push(line(&told(Reply::new().then_error(kind, "Because.")).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    ANTHROPIC_400 validation_error final: Because.
    ANTHROPIC_401 authentication_error final: Because.
    ANTHROPIC_402 quota_exceeded_error final: Because.
    ANTHROPIC_403 permission_error final: Because.
    ANTHROPIC_404 not_found_error final: Because.
    ANTHROPIC_BYTES_EXCEEDED validation_error final: Because.
    ANTHROPIC_429 rate_limit_error retryable: Because.
    ANTHROPIC_504 provider_timeout retryable: Because.
    ANTHROPIC_500 provider_error retryable: Because.
    ANTHROPIC_529 provider_overloaded retryable: Because.
    ANTHROPIC_500 provider_error retryable: Because.
    ");
}

#[tokio::test]
async fn an_empty_account_is_no_bad_request() {
    let message = "Your credit balance is too low to access the API.";
    let info = told(Reply::fail(400, "invalid_request_error", message)).await;
    insta::assert_snapshot!(line(&info), @"ANTHROPIC_400 quota_exceeded_error final: Your credit balance is too low to access the API.");
}

#[tokio::test]
async fn the_vendor_and_its_words_are_named() {
    let reply = Reply::fail(429, "rate_limit_error", "Slow down").header("retry-after", "40");
    let info = told(reply).await;
    insta::assert_json_snapshot!(info, @r#"
    {
      "errorType": "rate_limit_error",
      "message": "Slow down",
      "retryable": true,
      "source": "provider",
      "retryAfter": 40,
      "code": "ANTHROPIC_429",
      "provider": {
        "name": "anthropic",
        "model": "claude-sonnet-4-5",
        "statusCode": 429,
        "errorType": "rate_limit_error",
        "requestId": "req_0001"
      }
    }
    "#);
}

#[tokio::test]
async fn a_failure_behind_the_head_names_its_request() {
    let config = |fake: &FakeProvider| ProvidersConfig {
        retry: RetryPolicy {
            retries: 0,
            ..RetryPolicy::default()
        },
        timeouts: Timeouts {
            idle: Duration::from_millis(100),
            ..Timeouts::default()
        },
        ..crate::support::config(fake)
    };
    for model in MODELS {
        let fake = FakeProvider::start().await.unwrap();
        let providers = Providers::new(config(&fake)).unwrap();
        for reply in [
            // The pause lets the head leave before the connection breaks.
            Reply::text("Half").chunk_delay_ms(5).cut_after(300),
            Reply::text("Half").end_after(30),
            Reply::text("Half").then_raw("data: {\n\n"),
            Reply::text("Half").then_stall(),
            Reply::text("Half").then_error("server_error", "Oops"),
        ] {
            fake.push(reply);
            let (_, failure) = ask_model(&providers, model, "Hello").await;
            let info = failure.unwrap();
            let id = format!("req_{:04}", fake.counts().requests);
            assert_eq!(info.provider.unwrap().request_id, Some(id), "{model}");
        }
    }
}

#[tokio::test]
async fn a_vendor_names_a_request_in_its_own_header() {
    for (header, model) in [
        ("apim-request-id", "azure/gpt-5.1"),
        ("x-generation-id", "openrouter/qwen/qwen3"),
        ("x-ds-trace-id", "deepseek/deepseek-chat"),
        ("mistral-correlation-id", "mistral/mistral-small-latest"),
        ("x-vercel-id", "vercel/openai/gpt-5.1"),
        ("cf-ray", "together/zai-org/GLM-4.6"),
    ] {
        let reply = Reply::fail(400, "some_error", "No.");
        let reply = reply.header("x-request-id", "").header(header, "theirs");
        let info = told_by(model, reply).await;
        let id = info.provider.unwrap().request_id;
        assert_eq!(id.as_deref(), Some("theirs"), "{model}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (fake, providers) = fake().await;
    fake.push(
        Reply::fail_with_body(307, "").header("location", &format!("{}/v1/messages", fake.url())),
    );
    let info = failure(&providers).await;
    assert_eq!(info.code.as_deref(), Some("ANTHROPIC_307"));
    assert_eq!(fake.counts().requests, 1);
}

#[tokio::test]
async fn the_key_is_never_told() {
    let info = told(Reply::fail(
        401,
        "authentication_error",
        &format!("bad key {KEY}"),
    ))
    .await;
    assert_eq!(info.source, ErrorSource::Provider);
    assert_eq!(info.message, "bad key ***");
    assert!(!format!("{info:?}").contains(KEY));
}

#[tokio::test]
async fn the_words_of_openai_say_more_than_its_statuses() {
    let mut lines = Vec::new();
    for (status, word) in [
        (400, "context_length_exceeded"),
        (400, "model_not_found"),
        (401, "invalid_api_key"),
        (404, "model_not_found"),
        (429, "insufficient_quota"),
        (429, "rate_limit_exceeded"),
        (500, "server_error"),
        (503, "server_is_overloaded"),
    ] {
        let told = told_by_openai(Reply::fail(status, word, "Because.")).await;
        lines.push(format!("{word}: {}", line(&told)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    context_length_exceeded: OPENAI_CONTEXT_EXCEEDED validation_error final: Because.
    model_not_found: OPENAI_400 not_found_error final: Because.
    invalid_api_key: OPENAI_401 authentication_error final: Because.
    model_not_found: OPENAI_404 not_found_error final: Because.
    insufficient_quota: OPENAI_429 quota_exceeded_error final: Because.
    rate_limit_exceeded: OPENAI_429 rate_limit_error retryable: Because.
    server_error: OPENAI_500 provider_error retryable: Because.
    server_is_overloaded: OPENAI_503 provider_overloaded retryable: Because.
    ");
}

#[tokio::test]
async fn a_word_in_the_stream_of_openai_is_classified() {
    let mut lines = Vec::new();
    for word in [
        "context_length_exceeded",
        "insufficient_quota",
        "invalid_image_url",
        "invalid_prompt",
        "new_word",
        "rate_limit_exceeded",
        "server_error",
        "slow_down",
        "vector_store_timeout",
    ] {
        let told = told_by_openai(Reply::new().then_error(word, "Because.")).await;
        lines.push(format!("{word}: {}", line(&told)));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    context_length_exceeded: OPENAI_CONTEXT_EXCEEDED validation_error final: Because.
    insufficient_quota: OPENAI_402 quota_exceeded_error final: Because.
    invalid_image_url: OPENAI_400 validation_error final: Because.
    invalid_prompt: OPENAI_400 validation_error final: Because.
    new_word: OPENAI_500 provider_error retryable: Because.
    rate_limit_exceeded: OPENAI_429 rate_limit_error retryable: Because.
    server_error: OPENAI_500 provider_error retryable: Because.
    slow_down: OPENAI_503 provider_overloaded retryable: Because.
    vector_store_timeout: OPENAI_504 provider_timeout retryable: Because.
    ");
}

#[tokio::test]
async fn the_word_of_openai_and_its_request_are_named() {
    let info = told_by_openai(Reply::fail(400, "context_length_exceeded", "Too long.")).await;
    insta::assert_json_snapshot!(info, @r#"
    {
      "errorType": "validation_error",
      "message": "Too long.",
      "retryable": false,
      "source": "provider",
      "code": "OPENAI_CONTEXT_EXCEEDED",
      "provider": {
        "name": "openai",
        "model": "gpt-5.1",
        "statusCode": 400,
        "errorType": "context_length_exceeded",
        "requestId": "req_0001"
      }
    }
    "#);
}

#[tokio::test]
async fn the_words_of_those_who_serve_chat_completions_are_classified() {
    let mut lines = Vec::new();
    for word in [
        "context_length_exceeded",
        "insufficient_quota",
        "invalid_api_key",
        "new_word",
        "rate_limit_exceeded",
        "server_error",
    ] {
        let reply = Reply::new().then_error(word, "Because.");
        let told = told_by(CHAT_MODEL, reply).await;
        lines.push(format!("{word}: {}", line(&told)));
    }
    for (status, body) in [
        (
            400,
            r#"{"code":"invalid-argument","error":"No such thing."}"#,
        ),
        (
            402,
            r#"{"error":{"code":402,"message":"Insufficient credits"}}"#,
        ),
        (404, r#"{"detail":"Not Found"}"#),
        (
            422,
            r#"{"object":"error","message":"Extra inputs","type":"invalid_request_error"}"#,
        ),
        (498, "<html>"),
    ] {
        lines.push(line(
            &told_by(CHAT_MODEL, Reply::fail_with_body(status, body)).await,
        ));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    context_length_exceeded: X_AI_CONTEXT_EXCEEDED validation_error final: Because.
    insufficient_quota: X_AI_402 quota_exceeded_error final: Because.
    invalid_api_key: X_AI_401 authentication_error final: Because.
    new_word: X_AI_500 provider_error retryable: Because.
    rate_limit_exceeded: X_AI_429 rate_limit_error retryable: Because.
    server_error: X_AI_500 provider_error retryable: Because.
    X_AI_400 validation_error final: No such thing.
    X_AI_402 quota_exceeded_error final: Insufficient credits
    X_AI_404 not_found_error final: Not Found
    X_AI_422 validation_error final: Extra inputs
    X_AI_498 provider_error final: x-ai failed
    ");
}

#[tokio::test]
async fn the_words_of_google_are_classified() {
    let mut lines = Vec::new();
    for word in [
        "INVALID_ARGUMENT",
        "UNAUTHENTICATED",
        "PERMISSION_DENIED",
        "NOT_FOUND",
        "RESOURCE_EXHAUSTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "NEW_WORD",
    ] {
        let reply = Reply::new().then_error(word, "Because.");
        lines.push(line(&told_by(GOOGLE_MODEL, reply).await));
    }
    let bad_key = r#"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT",
        "details":[{"reason":"API_KEY_INVALID"}]}}"#;
    lines.push(line(
        &told_by(GOOGLE_MODEL, Reply::fail_with_body(400, bad_key)).await,
    ));
    insta::assert_snapshot!(lines.join("\n"), @r"
    GOOGLE_400 validation_error final: Because.
    GOOGLE_401 authentication_error final: Because.
    GOOGLE_403 permission_error final: Because.
    GOOGLE_404 not_found_error final: Because.
    GOOGLE_429 rate_limit_error retryable: Because.
    GOOGLE_500 provider_error retryable: Because.
    GOOGLE_503 provider_overloaded retryable: Because.
    GOOGLE_504 provider_timeout retryable: Because.
    GOOGLE_500 provider_error retryable: Because.
    GOOGLE_400 authentication_error final: API key not valid.
    ");
}

#[tokio::test]
async fn google_says_in_the_body_how_long_to_wait() {
    let body = r#"{"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED",
        "details":[{"retryDelay":"41.2s"}]}}"#;
    let told = told_by(GOOGLE_MODEL, Reply::fail_with_body(429, body)).await;
    assert_eq!((told.retry_after, told.retryable), (Some(42), true));
}
