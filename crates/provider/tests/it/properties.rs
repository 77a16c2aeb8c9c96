//! What holds of every request and every stream, not of the golden ones alone.

use std::sync::Arc;

use domain::{
    CacheMode, Media, MediaContent, ModelRequest, Outcome, Part, ResponseFormat, Speed, Thinking,
    ToolCall, ToolChoice, Turn,
};
use proptest::prelude::*;
use provider::dialect::anthropic::Anthropic;
use provider::dialect::google::Google;
use provider::dialect::openai::OpenAi;
use provider::dialect::openai_chat::{self, OPENROUTER};
use provider::dialect::{Dialect, Model};
use serde_json::{Value, json};
use testkit::fake_provider::{
    anthropic_violation, chat_violation, encrypted_of, google_violation, openai_violation,
    signature_of, thought_signature_of,
};

use crate::streams;
use crate::support::{assistant, call, request, result, say, user};

/// What an assistant says or thinks before, between and behind its calls; some of it no vendor of ours gave.
fn remarks() -> impl Strategy<Value = Vec<Part>> {
    let text = prop::sample::select(vec!["Let me see.", " ", "Grüße 😀"]);
    let opaque = prop::sample::select(vec![
        None,
        Some(json!({ "anthropic": { "signature": signature_of("hm") } })),
        Some(json!({ "openai": { "id": "rs_1", "encrypted": encrypted_of("rs_1") } })),
        Some(json!({ "openai": { "id": "rs_2", "encrypted": encrypted_of("rs_2") } })),
        Some(json!({ "somebody": { "signature": "x" } })),
        Some(json!({ "google": { "signature": thought_signature_of("hm") } })),
        Some(json!({ "deepseek": { "field": "reasoning_content" } })),
        Some(json!({ "fireworks": { "field": "reasoning_content" } })),
    ]);
    let reasoning = opaque.prop_map(|opaque| Part::Reasoning {
        text: "hm".into(),
        opaque: opaque.map(Arc::new),
    });
    let text = text.prop_map(|text| Part::Text(text.into()));
    prop::collection::vec(prop_oneof![reasoning, text], 0..3)
}

fn ids() -> impl Strategy<Value = (String, Option<Value>)> {
    const LONG: &str = "an-id-of-more-than-the-sixty-four-bytes-that-some-vendors-take-for-one";
    let own = prop::sample::select(vec!["exec.1-2", "call_a", "ü", "x y", LONG]);
    let theirs = prop::sample::select(vec![None, Some("id_1"), Some("id_2"), Some(LONG)]);
    (own, any::<u32>(), theirs).prop_map(|(own, n, theirs)| {
        (
            format!("{own}-{n}"),
            theirs.map(|id| {
                json!({
                    "anthropic": { "id": id }, "openai": { "id": id }, "google": { "id": id },
                    "x-ai": { "id": id }, "mistral": { "id": id },
                })
            }),
        )
    })
}

/// What a call gave.
fn outcomes() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![
        Outcome::Output(json!({ "ok": true })),
        Outcome::Output(json!("text")),
        Outcome::Output(json!("")),
        Outcome::Output(json!(null)),
        Outcome::Output(json!([1, "two"])),
        Outcome::Error(String::new()),
        Outcome::Error("It broke.".to_owned()),
    ])
}

/// What the user shows, or nothing.
fn media() -> impl Strategy<Value = Option<Part>> {
    let types = vec![
        "image/png",
        "application/pdf",
        "text/plain",
        "audio/mpeg",
        "audio/ogg",
        "video/mp4",
        "x/y",
    ];
    let shown = prop::sample::select(types).prop_map(|media_type| {
        Part::Media(Arc::new(Media {
            media_type: media_type.into(),
            filename: None,
            file: None,
            content: MediaContent::Bytes(b"bytes".as_slice().into()),
        }))
    });
    prop::option::of(shown)
}

/// One exchange: what the assistant says around its calls, and what the user answers.
fn exchange() -> impl Strategy<Value = Vec<Turn>> {
    let arguments = prop::sample::select(vec![
        json!({}),
        json!({ "a": 1 }),
        json!({ "a": { "b": "ü\n" } }),
    ]);
    let made = (remarks(), ids(), arguments, outcomes());
    let calls = prop::collection::vec(made, 0..4);
    (calls, remarks(), any::<bool>(), media()).prop_map(|(calls, behind, talks, shown)| {
        let mut parts = Vec::new();
        let mut answer = Vec::new();
        for (before, (id, opaque), arguments, outcome) in calls {
            let call: Arc<ToolCall> = call(&id, "get-weather", arguments, opaque);
            answer.push(result(&call, outcome));
            parts.extend(before);
            parts.push(Part::Call(call));
        }
        parts.extend(behind);
        if talks || answer.is_empty() {
            answer.push(Part::Text("Go on.".into()));
        }
        answer.extend(shown);
        if parts.is_empty() {
            parts.push(Part::Text("Hm.".into()));
        }
        vec![assistant(parts), user(answer)]
    })
}

const ANTHROPIC: &[&str] = &[
    "anthropic/claude-3-haiku-20240307",
    "anthropic/claude-sonnet-4-5",
    "anthropic/claude-opus-4-1",
    "anthropic/claude-opus-4-8",
    "anthropic/other",
];

const OPENAI: &[&str] = &[
    "openai/gpt-4o",
    "openai/gpt-5-chat-latest",
    "openai/gpt-5.1",
    "openai/gpt-5.2-pro",
    "openai/o3",
    "openai/other",
];

const CHAT: &[&str] = &[
    "azure/gpt-5.1",
    "x-ai/grok-4.6",
    "openrouter/anthropic/claude-sonnet-4.5",
    "groq/qwen/qwen3-32b",
    "mistral/mistral-small-latest",
    "deepseek/deepseek-chat",
    "together/zai-org/GLM-4.6",
    "vllm/Qwen/Qwen3-8B",
    "vercel/openai/gpt-5.1",
    "fireworks/accounts/fireworks/models/kimi-k2-thinking",
    "ollama/qwen3:8b",
    "llamacpp/any",
    "lmstudio/openai/gpt-oss-20b",
];

const GOOGLE: &[&str] = &[
    "google/gemini-3.5-flash",
    "google/gemini-3-pro-preview",
    "google/gemini-2.5-pro",
    "google/gemini-2.5-flash",
    "google/gemini-2.0-flash",
    "google/other",
];

prop_compose! {
    fn requests(models: &'static [&'static str])(
        model in prop::sample::select(models),
        exchanges in prop::collection::vec(exchange(), 0..5),
        thinking in prop::sample::select(vec![
            None, Some(Thinking::Off), Some(Thinking::Low), Some(Thinking::Medium), Some(Thinking::High), Some(Thinking::Max),
        ]),
        temperature in prop::option::of(0.0..2.0_f64),
        max_output_tokens in prop::option::of(prop_oneof![0..10_u32, 0..200_000_u32, Just(u32::MAX)]),
        (cache, speed, formatted) in (
            prop::sample::select(vec![CacheMode::Auto, CacheMode::Extended, CacheMode::Off]),
            prop::sample::select(vec![Speed::Standard, Speed::Fast]),
            any::<bool>(),
        ),
        silent in any::<bool>(),
        bare in any::<bool>(),
    ) -> ModelRequest {
        let mut turns = vec![say("Hello")];
        turns.extend(exchanges.into_iter().flatten());
        let mut request = request(model, turns);
        if bare {
            request.system = None;
        }
        ModelRequest {
            thinking,
            temperature,
            max_output_tokens,
            cache,
            speed,
            response_format: formatted.then(|| ResponseFormat {
                name: "Any answer".into(),
                schema: json!({ "type": "object", "properties": { "a": { "type": "string" } } }).into(),
            }),
            tool_choice: if silent { ToolChoice::None } else { ToolChoice::Auto },
            ..request
        }
    }
}

fn chat(vendor: &str) -> &'static dyn Dialect {
    match vendor {
        "azure" => &openai_chat::AZURE,
        "x-ai" => &openai_chat::X_AI,
        "openrouter" => &OPENROUTER,
        "groq" => &openai_chat::GROQ,
        "mistral" => &openai_chat::MISTRAL,
        "deepseek" => &openai_chat::DEEPSEEK,
        "together" => &openai_chat::TOGETHER,
        "vercel" => &openai_chat::VERCEL,
        "fireworks" => &openai_chat::FIREWORKS,
        "ollama" => &openai_chat::OLLAMA,
        "llamacpp" => &openai_chat::LLAMACPP,
        "lmstudio" => &openai_chat::LMSTUDIO,
        _ => &openai_chat::VLLM,
    }
}

fn body(dialect: &dyn Dialect, request: &ModelRequest) -> Value {
    let encoded = dialect
        .encode(request, Model::named(&request.model.model))
        .unwrap();
    serde_json::from_slice(&encoded.body).unwrap()
}

proptest! {
    #[test]
    fn every_valid_transcript_obeys_anthropic(request in requests(ANTHROPIC)) {
        let body = body(&Anthropic, &request);
        prop_assert_eq!(anthropic_violation(&body), None, "{:#}", body);
    }

    #[test]
    fn every_valid_transcript_obeys_openai(request in requests(OPENAI)) {
        let body = body(&OpenAi, &request);
        prop_assert_eq!(openai_violation(&body), None, "{:#}", body);
    }

    #[test]
    fn every_valid_transcript_obeys_those_who_serve_chat_completions(request in requests(CHAT)) {
        let vendor = &*request.model.provider;
        let body = body(chat(vendor), &request);
        prop_assert_eq!(chat_violation(vendor, &body), None, "{:#}", body);
    }

    #[test]
    fn every_valid_transcript_obeys_google(request in requests(GOOGLE)) {
        let body = body(&Google, &request);
        prop_assert_eq!(google_violation(&request.model.model, &body), None, "{:#}", body);
    }

    #[test]
    fn no_stream_makes_a_decoder_break_its_promises(
        fixture in prop::sample::select(vec![
            "reasoning_and_tool", "parallel_tools", "redacted_reasoning", "usage", "unknown_events",
        ]),
        vendor in prop::sample::select(vec!["anthropic", "openai", "openai_chat", "google"]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        swaps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..4),
    ) {
        let entry = match vendor {
            "openai" => streams::openai,
            "openai_chat" => streams::openai_chat,
            "google" => streams::google,
            _ => streams::anthropic,
        };
        let stream = crate::dialects::stream(vendor, fixture);
        let mut frames: Vec<&[u8]> = stream.split_inclusive(|&byte| byte == b'\n').collect();
        for (a, b) in swaps {
            let (a, b) = (a.index(frames.len()), b.index(frames.len()));
            frames.swap(a, b);
        }
        let mut bytes = frames.concat();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        entry(&bytes);
    }
}
