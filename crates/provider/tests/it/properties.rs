//! What holds of every request and every stream, not of the golden ones alone.

use std::sync::Arc;

use domain::{ModelRequest, Outcome, Part, Thinking, ToolCall, ToolChoice, Turn};
use proptest::prelude::*;
use provider::dialect::Dialect;
use provider::dialect::anthropic::Anthropic;
use serde_json::{Value, json};
use testkit::fake_provider::{anthropic_violation, signature_of};

use crate::dialects::decode;
use crate::support::{assistant, call, request, result, say, user};

/// What an assistant turn may begin with; some of it no vendor of ours gave.
fn lead() -> impl Strategy<Value = Vec<Part>> {
    let text = prop::sample::select(vec!["Let me see.", " ", "Grüße 😀"]);
    let opaque = prop::sample::select(vec![
        None,
        Some(json!({ "anthropic": { "signature": signature_of("hm") } })),
        Some(json!({ "somebody": { "signature": "x" } })),
    ]);
    let reasoning = opaque.prop_map(|opaque| Part::Reasoning {
        text: "hm".into(),
        opaque: opaque.map(Arc::new),
    });
    let text = text.prop_map(|text| Part::Text(text.into()));
    prop::collection::vec(prop_oneof![reasoning, text], 0..3)
}

fn ids() -> impl Strategy<Value = (String, Option<Value>)> {
    let own = prop::sample::select(vec!["exec.1-2", "call_a", "ü", "x y"]);
    let theirs = prop::sample::select(vec![None, Some("toolu_1"), Some("toolu_2")]);
    (own, any::<u32>(), theirs).prop_map(|(own, n, theirs)| {
        (
            format!("{own}-{n}"),
            theirs.map(|id| json!({ "anthropic": { "id": id } })),
        )
    })
}

/// One exchange: what the assistant says, its calls, and what the user answers.
fn exchange() -> impl Strategy<Value = Vec<Turn>> {
    let calls = prop::collection::vec((ids(), any::<bool>()), 0..4);
    (lead(), calls, any::<bool>()).prop_map(|(mut parts, calls, talks)| {
        let made: Vec<(Arc<ToolCall>, bool)> = calls
            .into_iter()
            .map(|((id, opaque), works)| {
                (call(&id, "get-weather", json!({ "a": 1 }), opaque), works)
            })
            .collect();
        parts.extend(made.iter().map(|(call, _)| Part::Call(Arc::clone(call))));
        let mut answer: Vec<Part> = made
            .iter()
            .map(|(call, works)| match works {
                true => result(call, Outcome::Output(json!({ "ok": true }))),
                false => result(call, Outcome::Error(String::new())),
            })
            .collect();
        if talks || answer.is_empty() {
            answer.push(Part::Text("Go on.".into()));
        }
        match parts.is_empty() {
            true => vec![assistant(vec![Part::Text("Hm.".into())]), user(answer)],
            false => vec![assistant(parts), user(answer)],
        }
    })
}

prop_compose! {
    fn requests()(
        model in prop::sample::select(vec![
            "claude-3-haiku-20240307", "claude-sonnet-4-5", "claude-opus-4-1", "claude-opus-4-8", "other",
        ]),
        exchanges in prop::collection::vec(exchange(), 0..5),
        thinking in prop::sample::select(vec![
            None, Some(Thinking::Low), Some(Thinking::Medium), Some(Thinking::High), Some(Thinking::Max),
        ]),
        temperature in prop::option::of(0.0..2.0_f64),
        max_output_tokens in prop::option::of(prop_oneof![0..10_u32, 0..200_000_u32, Just(u32::MAX)]),
        silent in any::<bool>(),
        bare in any::<bool>(),
    ) -> ModelRequest {
        let mut turns = vec![say("Hello")];
        turns.extend(exchanges.into_iter().flatten());
        let mut request = request(&format!("anthropic/{model}"), turns);
        if bare {
            request.system = None;
        }
        ModelRequest {
            thinking,
            temperature,
            max_output_tokens,
            tool_choice: if silent { ToolChoice::None } else { ToolChoice::Auto },
            ..request
        }
    }
}

proptest! {
    #[test]
    fn every_valid_transcript_obeys_the_vendor(request in requests()) {
        let encoded = Anthropic.encode(&request).unwrap();
        let body: Value = serde_json::from_slice(&encoded.body).unwrap();
        prop_assert_eq!(anthropic_violation(&body), None, "{:#}", body);
    }

    #[test]
    fn no_stream_makes_the_decoder_panic(
        fixture in prop::sample::select(vec![
            "reasoning_and_tool", "interleaved_tools", "redacted_reasoning", "usage", "unknown_events",
        ]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        swaps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..4),
    ) {
        let stream = crate::dialects::stream("anthropic", fixture);
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
        // A typed error or deltas, whatever comes.
        drop(decode(&Anthropic, &bytes));
    }
}
