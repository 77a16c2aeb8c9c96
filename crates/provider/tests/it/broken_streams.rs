//! Answers that are not what the vendor documents end in a typed error or well, and always end.

use domain::{Delta, ErrorType};
use futures_util::{StreamExt, stream};
use provider::{Providers, ProvidersConfig, RetryPolicy};
use serde_json::json;
use testkit::fake_provider::Step;
use testkit::{FakeProvider, Reply};

use crate::support::{
    Answer, CHAT_MODEL, GOOGLE_MODEL, MODEL, MODELS, OPENAI_MODEL, ask, ask_model, config, text_of,
};

async fn once() -> (FakeProvider, Providers) {
    let fake = FakeProvider::start().await.unwrap();
    let config = config(&fake);
    let retry = RetryPolicy {
        retries: 0,
        ..config.retry
    };
    let providers = Providers::new(ProvidersConfig { retry, ..config }).unwrap();
    (fake, providers)
}

async fn answer(model: &str, reply: Reply) -> Answer {
    let (fake, providers) = once().await;
    fake.push(reply);
    ask_model(&providers, model, "Hello").await
}

/// The code that a failure of the model's vendor has.
fn code(model: &str, what: &str) -> String {
    let (vendor, _) = model.split_once('/').unwrap();
    format!("{}_{what}", vendor.to_uppercase().replace('-', "_"))
}

fn rich() -> Reply {
    Reply::new()
        .then_thinking("Grübel, grübel.")
        .then_text("Zwölf 😀")
        .step(Step::Tool {
            name: "get-weather".to_owned(),
            input: Some(json!({ "city": "Köln" })),
            fragments: None,
            id: Some("toolu_same".to_owned()),
        })
}

/// A vendor's ids differ from answer to answer.
fn without_opaque(mut deltas: Vec<Delta>) -> Vec<Delta> {
    for delta in &mut deltas {
        if let Delta::ReasoningEnd { opaque } | Delta::ToolStart { opaque, .. } = delta {
            *opaque = None;
        }
    }
    deltas
}

/// Cuts the answer of each dialect at each of its bytes, in good form or not, and reads it in bounded
/// parallel.
async fn cut_everywhere(model: &str, cut: fn(Reply, usize) -> Reply) {
    let (fake, providers) = once().await;
    fake.push(rich());
    let whole = without_opaque(ask_model(&providers, model, "Hello").await.0);
    let bytes = fake.bytes_sent();
    let mut complete = 0;
    // Longer than the answer: the last cuts cut nothing, be the ids in it a little longer.
    let answers = stream::iter(0..bytes + 20).map(|at| {
        let when = format!("cut {at};");
        fake.push(cut(rich(), at).when(&when));
        let providers = &providers;
        async move { ask_model(providers, model, &when).await }
    });
    let mut answers = answers.buffered(16);
    while let Some((deltas, failure)) = answers.next().await {
        let deltas = without_opaque(deltas);
        match failure {
            // What was counted may be missing where nothing else is.
            None => {
                assert_eq!(said(&deltas), said(&whole));
                complete += 1;
            }
            Some(info) => {
                assert!(whole.starts_with(&deltas), "{deltas:?}");
                assert_eq!(info.error_type, ErrorType::ProviderError, "{info:?}");
                assert!(info.retryable);
            }
        }
    }
    assert!(complete > 0, "no cut was behind the end");
    assert_eq!(fake.violations(), Vec::<String>::new());
}

fn said(deltas: &[Delta]) -> Vec<&Delta> {
    let said = deltas.iter();
    said.filter(|delta| !matches!(delta, Delta::Usage(_)))
        .collect()
}

#[tokio::test]
async fn a_connection_to_anthropic_lost_at_any_byte() {
    cut_everywhere(MODEL, Reply::cut_after).await;
}

#[tokio::test]
async fn an_end_of_anthropic_at_any_byte() {
    cut_everywhere(MODEL, Reply::end_after).await;
}

#[tokio::test]
async fn a_connection_to_openai_lost_at_any_byte() {
    cut_everywhere(OPENAI_MODEL, Reply::cut_after).await;
}

#[tokio::test]
async fn an_end_of_openai_at_any_byte() {
    cut_everywhere(OPENAI_MODEL, Reply::end_after).await;
}

#[tokio::test]
async fn a_connection_for_chat_completions_lost_at_any_byte() {
    cut_everywhere(CHAT_MODEL, Reply::cut_after).await;
}

#[tokio::test]
async fn an_end_of_chat_completions_at_any_byte() {
    cut_everywhere(CHAT_MODEL, Reply::end_after).await;
}

#[tokio::test]
async fn a_connection_to_google_lost_at_any_byte() {
    cut_everywhere(GOOGLE_MODEL, Reply::cut_after).await;
}

#[tokio::test]
async fn an_end_of_google_at_any_byte() {
    cut_everywhere(GOOGLE_MODEL, Reply::end_after).await;
}

#[tokio::test]
async fn json_that_is_none() {
    for model in MODELS {
        let reply = Reply::text("Half").then_raw("data: {\"type\":\n\n");
        let (deltas, failure) = answer(model, reply).await;
        assert_eq!(text_of(&deltas), "Half");
        let info = failure.unwrap();
        assert_eq!(info.code, Some(code(model, "MALFORMED")));
        let told = info.message.ends_with("could not be understood");
        assert!(told, "{}", info.message);
    }
}

#[tokio::test]
async fn events_that_nobody_knows_are_skipped() {
    let raw = "event: new\ndata: {\"type\":\"new\",\"index\":[]}\n\n: comment\n\nretry: 1\n\n";
    for model in MODELS {
        let (deltas, failure) = answer(model, Reply::new().then_raw(raw).then_text("Here.")).await;
        assert_eq!((text_of(&deltas).as_str(), failure), ("Here.", None));
    }
}

#[tokio::test]
async fn a_line_of_ten_mebibytes() {
    let raw = format!("data: {}\n\n", "x".repeat(10 << 20));
    for model in MODELS {
        let (_, failure) = answer(model, Reply::new().then_raw(&raw)).await;
        assert_eq!(failure.unwrap().code, Some(code(model, "MALFORMED")));
    }
}

#[tokio::test]
async fn a_page_in_place_of_a_stream() {
    for model in MODELS {
        let page = Reply::new().then_raw("<html>Welcome!</html>").end_after(0);
        let (deltas, failure) = answer(model, page).await;
        assert_eq!(deltas, []);
        assert_eq!(failure.unwrap().code, Some(code(model, "INCOMPLETE")));
    }
}

#[tokio::test]
async fn what_comes_behind_the_end_is_not_read() {
    for (model, stop) in [
        (MODEL, "data: {\"type\":\"message_stop\"}\n\n"),
        (OPENAI_MODEL, "data: {\"type\":\"response.completed\"}\n\n"),
        (CHAT_MODEL, "data: [DONE]\n\n"),
    ] {
        let reply = Reply::text("Once.").then_raw(stop).then_raw(stop);
        let (deltas, failure) = answer(model, reply.then_text("Twice.")).await;
        assert_eq!((text_of(&deltas).as_str(), failure), ("Once.", None));
        let is_finish = |delta: &&Delta| matches!(delta, Delta::Finish(_));
        assert_eq!(deltas.iter().filter(is_finish).count(), 1);
    }
}

#[tokio::test]
async fn arguments_that_are_no_json_are_passed_on() {
    for model in [MODEL, OPENAI_MODEL, CHAT_MODEL] {
        let reply = Reply::new().then_tool_fragments("lookup", &["{\"a\":", "oops"]);
        let (deltas, failure) = answer(model, reply).await;
        assert_eq!(failure, None);
        let fragment = |fragment: &str| Delta::ToolArguments {
            slot: 0,
            fragment: fragment.to_owned(),
        };
        assert!(deltas.contains(&fragment("{\"a\":")) && deltas.contains(&fragment("oops")));
    }
    // Whole calls are a part of the frame's JSON, and it is none.
    let reply = Reply::new().then_tool_fragments("lookup", &["{\"a\":oops"]);
    let (_, failure) = answer(GOOGLE_MODEL, reply).await;
    assert_eq!(failure.unwrap().code, Some(code(GOOGLE_MODEL, "MALFORMED")));
}

#[tokio::test]
async fn a_connection_is_used_again_behind_a_whole_answer() {
    let (fake, providers) = once().await;
    for _ in 0..5 {
        ask(&providers, "Hello").await;
    }
    let mut peers: Vec<String> = fake
        .requests()
        .into_iter()
        .map(|request| request.peer)
        .collect();
    peers.dedup();
    assert_eq!(peers.len(), 1, "{peers:?}");
}
