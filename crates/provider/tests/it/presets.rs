//! Every vendor that is known by its name, against a fake with its real path, key and ways.

use std::sync::Arc;

use domain::{ErrorType, MediaContent, ModelRequest, Part, Thinking};
use provider::{Endpoint, Format, PRESETS, Provider, Providers, ProvidersConfig};
use serde_json::json;
use testkit::{FakeProvider, Reply};

use crate::conversation::converse;
use crate::dialect_cases as cases;
use crate::support::{
    KEY, ask_model, assistant, call, config, fake, fold, read, request, result, say, text_of, user,
};

/// A model that thinks, where the vendor has one.
fn model_of(vendor: &str) -> &'static str {
    match vendor {
        "anthropic" => "anthropic/claude-sonnet-4-5",
        "openai" => "openai/gpt-5.1",
        "google" => "google/gemini-3-flash-preview",
        "azure" => "azure/gpt-5.1",
        "x-ai" => "x-ai/grok-4.5",
        "openrouter" => "openrouter/anthropic/claude-sonnet-4.5",
        "vercel" => "vercel/anthropic/claude-sonnet-4.5",
        "groq" => "groq/qwen/qwen3-32b",
        "mistral" => "mistral/mistral-small-latest",
        "deepseek" => "deepseek/deepseek-chat",
        "together" => "together/openai/gpt-oss-120b",
        "fireworks" => "fireworks/accounts/fireworks/models/kimi-k2-thinking",
        "ollama" => "ollama/qwen3:8b",
        "vllm" => "vllm/Qwen/Qwen3-8B",
        "llamacpp" => "llamacpp/any",
        "lmstudio" => "lmstudio/openai/gpt-oss-20b",
        _ => panic!("a model of {vendor} is missing here"),
    }
}

#[tokio::test]
async fn a_conversation_obeys_every_vendor() {
    for preset in PRESETS {
        let (fake, _) = converse(model_of(preset.name)).await;
        let none = Vec::<String>::new();
        assert_eq!(fake.violations(), none, "{}", preset.name);
    }
}

#[tokio::test]
async fn a_conversation_that_another_model_began_obeys_every_vendor() {
    let made = call("exec.1-7", "get-weather", json!({ "city": "Paris" }), None);
    for preset in PRESETS {
        let (fake, providers) = fake().await;
        for behind in [vec![], vec![domain::Part::Text("Quick!".into())]] {
            let results = [result(&made, domain::Outcome::Output(json!("rain")))];
            let turns = vec![
                say("Weather?"),
                assistant(vec![domain::Part::Call(made.clone())]),
                user(results.into_iter().chain(behind).collect()),
            ];
            let mut request = request(model_of(preset.name), turns);
            request.thinking = Some(Thinking::High);
            request.temperature = Some(1.9);
            request.max_output_tokens = Some(100);
            let (_, failure) = read(providers.stream(request)).await;
            assert_eq!(failure, None, "{}: {:?}", preset.name, fake.violations());
        }
    }
}

#[tokio::test]
async fn thinking_can_be_off_with_every_vendor() {
    for preset in PRESETS {
        let (fake, providers) = fake().await;
        let mut request = request(model_of(preset.name), vec![say("Hello")]);
        request.thinking = Some(Thinking::Off);
        let (_, failure) = read(providers.stream(request)).await;
        assert_eq!(failure, None, "{}: {:?}", preset.name, fake.violations());
    }
}

/// The requests of the dialects' golden files, sent to each vendor at its own address.
#[tokio::test]
async fn every_case_of_the_contract_obeys_every_vendor() {
    for preset in PRESETS {
        let (fake, providers) = fake().await;
        let model = model_of(preset.name);
        let given = given(&fake, &providers, model).await;
        for (case, make) in cases::ALL {
            let mut request = make(&given);
            if !providers.fetches(&request.model, "image/png") {
                inline(&mut request);
            }
            let (_, failure) = read(providers.stream(request)).await;
            assert_eq!(
                failure,
                None,
                "{}: {case}: {:?}",
                preset.name,
                fake.violations()
            );
        }
    }
}

/// Turns that the vendor itself gave, as the fake speaks for it.
async fn given(fake: &FakeProvider, providers: &Providers, model: &'static str) -> cases::Given {
    let calls = || {
        let reply = Reply::new().then_tool("get-weather", json!({ "city": "Köln" }));
        reply.then_tool("get-current-time", json!({}))
    };
    let mut turns = Vec::new();
    for reply in [
        Reply::new()
            .then_thinking("Weather.")
            .then_tool("get-weather", json!({ "city": "Köln" })),
        calls(),
    ] {
        fake.push(reply);
        let mut request = request(model, vec![say("Weather?")]);
        request.thinking = Some(Thinking::Medium);
        turns.push(fold(&read(providers.stream(request)).await.0));
    }
    let parallel = turns.pop().unwrap();
    let thoughtful = turns.pop().unwrap();
    cases::Given {
        model,
        thoughtful,
        parallel,
    }
}

/// Brings the bytes of what the vendor does not fetch, as a server does.
fn inline(request: &mut ModelRequest) {
    for part in request.turns.iter_mut().flat_map(|turn| &mut turn.parts) {
        if let Part::Media(media) = part {
            let media = Arc::make_mut(media);
            media.content = MediaContent::Bytes(b"png".as_slice().into());
        }
    }
}

/// Models of each kind of thinking: none, one that can be ended, one that cannot.
#[tokio::test]
async fn thinking_can_be_off_with_every_family() {
    for (model, thinking) in [
        ("anthropic/claude-3-5-haiku-latest", json!(null)),
        ("anthropic/claude-opus-4-8", json!(null)),
        ("anthropic/claude-opus-5", json!({ "type": "disabled" })),
        ("anthropic/claude-haiku-5-5", json!({ "type": "disabled" })),
        (
            "anthropic/claude-sonnet-5-5",
            json!({ "type": "between_tools" }),
        ),
        ("anthropic/claude-opus-5-5", json!(null)),
        ("anthropic/claude-fable-5", json!(null)),
        ("openai/gpt-4.1", json!(null)),
        ("openai/gpt-5-pro", json!(null)),
        ("google/gemini-2.0-flash", json!(null)),
        ("google/gemini-2.5-pro", json!(null)),
        ("google/gemini-3-pro-preview", json!(null)),
        ("deepseek/deepseek-reasoner", json!({ "type": "disabled" })),
    ] {
        let (fake, providers) = fake().await;
        let mut request = request(model, vec![say("Hello")]);
        request.thinking = Some(Thinking::Off);
        let (_, failure) = read(providers.stream(request)).await;
        assert_eq!(failure, None, "{model}: {:?}", fake.violations());
        assert_eq!(fake.requests()[0].body["thinking"], thinking, "{model}");
    }
}

#[tokio::test]
async fn a_deployment_of_any_name_is_asked_as_the_model_that_it_is_like() {
    let fake = FakeProvider::start().await.unwrap();
    let like = |row: &str| serde_json::from_str(row).unwrap();
    let facts = [
        ("azure/ours", like(r#"{"same_as":"openai/gpt-5.1"}"#)),
        (
            "anthropic/ours",
            like(r#"{"same_as":"anthropic/claude-opus-5-5"}"#),
        ),
        ("anthropic/short", like(r#"{"output":2000}"#)),
    ];
    let config = ProvidersConfig {
        facts: facts.map(|(name, row)| (name.to_owned(), row)).into(),
        ..config(&fake)
    };
    let providers = Providers::new(config).unwrap();
    let mut bodies = Vec::new();
    for model in ["azure/ours", "anthropic/ours", "anthropic/short"] {
        let mut request = request(model, vec![say("Hello")]);
        request.thinking = Some(Thinking::High);
        request.temperature = Some(0.5);
        request.max_output_tokens = Some(500_000);
        assert_eq!(read(providers.stream(request)).await.1, None);
        bodies.push(fake.requests().pop().unwrap().body);
    }
    let [azure, opus, short] = bodies.as_slice() else {
        panic!("{bodies:?}")
    };
    assert_eq!(azure["model"], "ours");
    assert_eq!(
        (&azure["reasoning_effort"], azure.get("temperature")),
        (&json!("high"), None)
    );
    assert_eq!(azure["max_completion_tokens"], 128_000);
    assert_eq!(
        (&opus["model"], &opus["thinking"]["type"]),
        (&json!("ours"), &json!("adaptive"))
    );
    assert_eq!(opus["max_tokens"], 128_000);
    assert_eq!(short["max_tokens"], 2_000);
    assert_eq!(short["thinking"]["budget_tokens"], 1_500);
}

#[tokio::test]
async fn a_missing_key_is_named_by_its_variable() {
    let providers = Providers::new(ProvidersConfig::default()).unwrap();
    for preset in PRESETS.iter().filter(|preset| preset.asks_for_key) {
        let model = model_of(preset.name);
        let (_, failure) = ask_model(&providers, model, "Hello").await;
        let info = failure.unwrap();
        let variable = match preset.base_url {
            Some(_) => preset.key_variables[0],
            None => preset.base_url_variable,
        };
        assert!(
            info.message.contains(&format!("`{variable}`")),
            "{}",
            info.message
        );
        if preset.base_url.is_some() {
            assert_eq!(info.error_type, ErrorType::AuthenticationError, "{model}");
        }
    }
}

#[tokio::test]
async fn azure_has_a_key_and_a_path_of_its_own() {
    let (fake, providers) = fake().await;
    ask_model(&providers, "azure/my deployment", "Hello").await;
    let request = &fake.requests()[0];
    assert_eq!(request.headers["api-key"], KEY);
    assert!(!request.headers.contains_key("authorization"));
    assert_eq!(request.path, "/azure/openai/v1/chat/completions");
    assert_eq!(request.body["model"], "my deployment");
}

#[tokio::test]
async fn a_server_of_ones_own_needs_no_key() {
    let fake = FakeProvider::start().await.unwrap();
    let endpoint = Endpoint {
        base_url: Some(format!("{}/ollama/v1", fake.url())),
        ..Endpoint::default()
    };
    let config = ProvidersConfig {
        endpoints: [("ollama".to_owned(), endpoint)].into(),
        ..ProvidersConfig::default()
    };
    fake.push(Reply::text("Here."));
    let providers = Providers::new(config).unwrap();
    let (deltas, failure) = ask_model(&providers, "ollama/qwen3:8b", "Hello").await;
    assert_eq!((text_of(&deltas).as_str(), failure), ("Here.", None));
    assert!(!fake.requests()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_provider_of_the_operators_own_takes_a_few_lines() {
    let fake = FakeProvider::start().await.unwrap();
    let endpoint = Endpoint {
        format: Some(Format::OpenAiChat),
        base_url: Some(format!("{}/v1/", fake.url())),
        api_key: Some(KEY.into()),
        headers: [("x-team".to_owned(), "support".into())].into(),
        ..Endpoint::default()
    };
    let config = ProvidersConfig {
        endpoints: [("acme".to_owned(), endpoint)].into(),
        ..ProvidersConfig::default()
    };
    let providers = Providers::new(config).unwrap();
    let (_, failure) = ask_model(&providers, "acme/model/with/slashes", "Hello").await;
    assert_eq!(failure, None, "{:?}", fake.violations());
    let request = &fake.requests()[0];
    assert_eq!(request.headers["x-team"], "support");
    assert_eq!(request.body["model"], "model/with/slashes");
}

#[test]
fn a_provider_that_nobody_can_reach_is_refused_at_the_start() {
    let config = |name: &str, endpoint: Endpoint| {
        let config = ProvidersConfig {
            endpoints: [(name.to_owned(), endpoint)].into(),
            ..ProvidersConfig::default()
        };
        Providers::new(config).err().map(|error| error.to_string())
    };
    let told = config("acme", Endpoint::default()).unwrap();
    assert_eq!(
        told,
        "the provider `acme` is none that is known by its name; it needs a `dialect` and a `base_url`"
    );
    let header = Endpoint {
        headers: [("x team".to_owned(), "blue".into())].into(),
        ..Endpoint::default()
    };
    let told = config("vllm", header).unwrap();
    assert_eq!(
        told,
        "the header `x team` of the provider `vllm` cannot be sent"
    );
}
