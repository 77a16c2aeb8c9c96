//! Neutral requests, providers that point at a fake, and answers read to their end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{
    Delta, Display, ErrorInfo, JsonMap, ModelRequest, Outcome, Part, ToolCall, ToolDef, Turn,
    TurnRole,
};
use futures_util::StreamExt;
use provider::{
    DeltaStream, Endpoint, PRESETS, Preset, Provider, Providers, ProvidersConfig, RetryPolicy,
};
use serde_json::{Value, json};
use testkit::FakeProvider;

pub(crate) const KEY: &str = "sk-test-key";

pub(crate) const MODEL: &str = "anthropic/claude-sonnet-4-5";

pub(crate) const OPENAI_MODEL: &str = "openai/gpt-5.1";

pub(crate) const CHAT_MODEL: &str = "x-ai/grok-4.5";

pub(crate) const GOOGLE_MODEL: &str = "google/gemini-3-flash-preview";

/// A model of each dialect.
pub(crate) const MODELS: [&str; 4] = [MODEL, OPENAI_MODEL, CHAT_MODEL, GOOGLE_MODEL];

pub(crate) fn request(model: &str, turns: Vec<Turn>) -> ModelRequest {
    ModelRequest {
        system: Some("You are terse.".into()),
        tools: vec![tool("get-weather"), tool("get-current-time")],
        ..ModelRequest::new(model.parse().unwrap(), turns)
    }
}

pub(crate) fn say(text: &str) -> Turn {
    user(vec![Part::Text(text.into())])
}

pub(crate) fn user(parts: Vec<Part>) -> Turn {
    Turn {
        role: TurnRole::User,
        parts,
    }
}

pub(crate) fn assistant(parts: Vec<Part>) -> Turn {
    Turn {
        role: TurnRole::Assistant,
        parts,
    }
}

pub(crate) fn tool(name: &str) -> ToolDef {
    ToolDef {
        name: name.to_owned(),
        description: format!("What {name} does"),
        input_schema: json!({ "type": "object", "properties": { "city": { "type": "string" } } }),
    }
}

pub(crate) fn call(id: &str, name: &str, arguments: Value, opaque: Option<Value>) -> Arc<ToolCall> {
    Arc::new(ToolCall {
        id: id.into(),
        name: name.to_owned(),
        arguments: serde_json::from_value(arguments).unwrap(),
        display: Display::Stream,
        label: None,
        opaque,
    })
}

pub(crate) fn result(call: &Arc<ToolCall>, outcome: Outcome) -> Part {
    Part::Result {
        call: Arc::clone(call),
        outcome: Arc::new(outcome),
    }
}

pub(crate) fn endpoint(base_url: String) -> Endpoint {
    Endpoint {
        base_url: Some(base_url),
        api_key: Some(KEY.into()),
        ..Endpoint::default()
    }
}

/// The vendor's own address, moved to the fake, which has most vendors below their names.
pub(crate) fn base_url(preset: &Preset, fake: &str) -> String {
    let path = preset.base_url.and_then(|url| {
        let (_, address) = url.split_once("://")?;
        Some(address.find('/').map_or("", |at| &address[at..]))
    });
    let path = path.unwrap_or_default();
    match preset.name {
        "anthropic" | "openai" | "google" => format!("{fake}{path}"),
        name => format!("{fake}/{name}{path}"),
    }
}

/// Sends the calls of Anthropic's models elsewhere.
pub(crate) fn move_anthropic(config: &mut ProvidersConfig, base_url: String) {
    let moved = endpoint(base_url);
    config.endpoints.insert("anthropic".to_owned(), moved);
}

/// The configuration that reaches a fake, with retries too fast to wait for.
pub(crate) fn config(fake: &FakeProvider) -> ProvidersConfig {
    ProvidersConfig {
        endpoints: PRESETS
            .iter()
            .map(|preset| {
                (
                    preset.name.to_owned(),
                    endpoint(base_url(preset, &fake.url())),
                )
            })
            .collect(),
        retry: RetryPolicy {
            backoff: Duration::from_millis(1),
            ..RetryPolicy::default()
        },
        ..ProvidersConfig::default()
    }
}

pub(crate) async fn fake() -> (FakeProvider, Providers) {
    let fake = FakeProvider::start().await.unwrap();
    let providers = Providers::new(config(&fake)).unwrap();
    (fake, providers)
}

/// What a call gave, with its failure apart.
pub(crate) type Answer = (Vec<Delta>, Option<ErrorInfo>);

/// Reads an answer to its end, and holds it to what every answer promises.
pub(crate) async fn read(mut stream: DeltaStream) -> Answer {
    let mut deltas = Vec::new();
    let mut failure = None;
    while let Some(entry) = stream.next().await {
        assert_eq!(failure, None, "an entry behind the failure: {entry:?}");
        let finished = matches!(deltas.last(), Some(Delta::Finish(_)));
        assert!(!finished, "an entry behind the finish: {entry:?}");
        match entry {
            Ok(delta) => deltas.push(delta),
            Err(info) => failure = Some(info),
        }
    }
    let finished = matches!(deltas.last(), Some(Delta::Finish(_)));
    assert_ne!(finished, failure.is_some(), "an answer finishes or fails");
    (deltas, failure)
}

pub(crate) async fn ask(providers: &Providers, text: &str) -> Answer {
    ask_model(providers, MODEL, text).await
}

pub(crate) async fn ask_model(providers: &Providers, model: &str, text: &str) -> Answer {
    read(providers.stream(request(model, vec![say(text)]))).await
}

pub(crate) async fn failure(providers: &Providers) -> ErrorInfo {
    ask(providers, "Hello").await.1.unwrap()
}

pub(crate) fn text_of(deltas: &[Delta]) -> String {
    let mut joined = String::new();
    for delta in deltas {
        if let Delta::Text(text) = delta {
            joined.push_str(text);
        }
    }
    joined
}

/// The deltas of a step as the turn that an engine would store, ids minted as it would.
pub(crate) fn fold(deltas: &[Delta]) -> Turn {
    let mut parts: Vec<(u32, Part)> = Vec::new();
    let (mut text, mut reasoning) = (String::new(), String::new());
    let mut open: BTreeMap<u32, (String, Option<Value>, String)> = BTreeMap::new();
    for delta in deltas {
        if !matches!(delta, Delta::Text(_)) && !text.is_empty() {
            parts.push((0, Part::Text(std::mem::take(&mut text).into())));
        }
        match delta {
            Delta::Text(more) => text.push_str(more),
            Delta::Reasoning(more) => reasoning.push_str(more),
            Delta::ReasoningEnd { opaque } => {
                let text = std::mem::take(&mut reasoning).into();
                let opaque = opaque.clone().map(Arc::new);
                parts.push((0, Part::Reasoning { text, opaque }));
            }
            Delta::ToolStart { slot, name, opaque } => {
                open.insert(*slot, (name.clone(), opaque.clone(), String::new()));
            }
            Delta::ToolArguments { slot, fragment } => {
                open.get_mut(slot).unwrap().2.push_str(fragment);
            }
            Delta::ToolEnd { slot } => {
                let (name, opaque, arguments) = open.remove(slot).unwrap();
                let arguments: JsonMap = serde_json::from_str(&arguments).unwrap();
                let id = format!("call.{slot}");
                let call = call(&id, &name, Value::Object(arguments), opaque);
                parts.push((*slot, Part::Call(call)));
            }
            Delta::Source(_)
            | Delta::Usage(_)
            | Delta::Finish(_)
            | Delta::Fallback(_)
            | Delta::Adapted(_) => {}
        }
    }
    assistant(parts.into_iter().map(|(_, part)| part).collect())
}

/// The calls of a turn.
pub(crate) fn calls(turn: &Turn) -> Vec<Arc<ToolCall>> {
    let calls = turn.parts.iter().filter_map(|part| match part {
        Part::Call(call) => Some(Arc::clone(call)),
        Part::Text(_) | Part::Reasoning { .. } | Part::Result { .. } | Part::Media(_) => None,
    });
    calls.collect()
}
