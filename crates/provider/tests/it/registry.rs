//! Which provider answers a model, and what is said where none can.

use domain::{ErrorInfo, ErrorType, ModelRef};
use provider::{Endpoint, Provider, Providers, ProvidersConfig, Secret};
use std::time::Duration;

use crate::support::{KEY, MODEL, OPENAI_MODEL, ask_model, fake, read, request, say, text_of};

fn without_keys(stand_in: Option<&str>) -> Providers {
    let config = ProvidersConfig {
        stand_in: stand_in.map(|model| model.parse().unwrap()),
        demo_pace: Duration::ZERO,
        ..ProvidersConfig::default()
    };
    Providers::new(config).unwrap()
}

async fn told(providers: &Providers, model: &str) -> ErrorInfo {
    let (deltas, failure) = read(providers.stream(request(model, vec![say("Hello")]))).await;
    assert_eq!(deltas, []);
    failure.unwrap()
}

#[tokio::test]
async fn a_missing_key_names_its_variable() {
    let info = told(&without_keys(None), "anthropic/claude-sonnet-4-5").await;
    assert_eq!(info.error_type, ErrorType::AuthenticationError);
    assert_eq!(
        info.message,
        "`anthropic/claude-sonnet-4-5` needs an API key of anthropic: set `ANTHROPIC_API_KEY` on the server"
    );
    assert!(!info.retryable);
    let info = told(&without_keys(None), "openai/gpt-5.1").await;
    assert_eq!(
        info.message,
        "`openai/gpt-5.1` needs an API key of openai: set `OPENAI_API_KEY` on the server"
    );
}

#[tokio::test]
async fn a_call_of_openai_bears_its_key() {
    let (fake, providers) = fake().await;
    let (deltas, _) = ask_model(&providers, OPENAI_MODEL, "Hello").await;
    assert_eq!(text_of(&deltas), "This reply is not in the script.");
    let request = &fake.requests()[0];
    assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(request.path, "/v1/responses");
}

#[tokio::test]
async fn the_body_for_a_log_is_the_one_that_is_posted() {
    let (fake, providers) = fake().await;
    for model in [OPENAI_MODEL, MODEL] {
        let request = request(model, vec![say("Hello")]);
        let body = providers.request_body(&request).unwrap();
        read(providers.stream(request)).await;
        let posted = fake.requests().pop().unwrap();
        assert_eq!(body, posted.body);
        assert!(!body.to_string().contains(KEY));
    }
    for model in ["demo/assistant", "acme/model-1"] {
        let request = request(model, vec![say("Hello")]);
        assert_eq!(providers.request_body(&request), None);
    }
}

#[tokio::test]
async fn an_unknown_provider_is_named_with_those_that_are_known() {
    let info = told(&without_keys(Some("demo/assistant")), "acme/model-1").await;
    assert_eq!(
        info.message,
        "`acme/model-1` names the provider `acme`, which this server does not know; it knows anthropic, \
         azure, deepseek, demo, fireworks, google, groq, llamacpp, lmstudio, mistral, ollama, openai, openrouter, together, \
         vercel, vllm, x-ai"
    );
    assert_eq!(info.error_type, ErrorType::ValidationError);
}

#[tokio::test]
async fn the_demo_model_needs_no_key() {
    let providers = without_keys(None);
    let (deltas, failure) =
        read(providers.stream(request("demo/anything", vec![say("Hello")]))).await;
    assert_eq!(failure, None);
    assert!(text_of(&deltas).contains("demo model"));
}

#[tokio::test]
async fn a_stand_in_answers_only_where_a_key_is_missing() {
    let providers = without_keys(Some("demo/assistant"));
    let model: ModelRef = "anthropic/claude-sonnet-4-5".parse().unwrap();
    assert_eq!(
        providers.stand_in_for(&model),
        Some(&"demo/assistant".parse().unwrap())
    );
    let hello = || vec![say("Hello")];
    let (deltas, _) = read(providers.stream(request("anthropic/claude-sonnet-4-5", hello()))).await;
    assert!(text_of(&deltas).contains("in place of `anthropic/claude-sonnet-4-5`"));

    let (fake, with_key) = fake().await;
    assert_eq!(with_key.stand_in_for(&model), None);
    let (deltas, _) = read(with_key.stream(request("anthropic/claude-sonnet-4-5", hello()))).await;
    assert_eq!(text_of(&deltas), "This reply is not in the script.");
    assert_eq!(fake.requests()[0].headers["x-api-key"], KEY);
    assert_eq!(
        fake.requests()[0].headers["anthropic-version"],
        "2023-06-01"
    );
}

#[tokio::test]
async fn a_tool_name_that_no_vendor_takes_is_refused_before_it_is_sent() {
    let (fake, providers) = fake().await;
    let mut request = request("anthropic/claude-sonnet-4-5", vec![say("Hello")]);
    request.tools = vec![crate::support::tool("get weather")];
    let (_, failure) = read(providers.stream(request)).await;
    let info = failure.unwrap();
    assert_eq!(info.error_type, ErrorType::ValidationError);
    assert!(info.message.contains("`get weather`"), "{}", info.message);
    assert_eq!(fake.counts().requests, 0);
}

#[test]
fn an_address_or_a_key_that_cannot_be_used_is_refused_at_the_start() {
    let anthropic = |base_url: &str, key: &str| {
        let endpoint = Endpoint {
            base_url: Some(base_url.to_owned()),
            api_key: Some(Secret::from(key)),
            ..Endpoint::default()
        };
        let config = ProvidersConfig {
            endpoints: [("anthropic".to_owned(), endpoint)].into(),
            ..ProvidersConfig::default()
        };
        Providers::new(config).err().map(|error| error.to_string())
    };
    assert_eq!(anthropic("http://127.0.0.1:9/", "sk"), None);
    let told = anthropic("ftp://example.com", "sk").unwrap();
    assert_eq!(told, "`ANTHROPIC_BASE_URL` is not an http or https URL");
    let told = anthropic("http://127.0.0.1:9", "sk\nmore").unwrap();
    assert!(
        told.starts_with("`ANTHROPIC_API_KEY` has a character"),
        "{told}"
    );
    assert!(!told.contains("more"));
}
