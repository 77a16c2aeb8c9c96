//! Answers that are not what the vendor documents end in a typed error or well, and always end.

use domain::{Delta, ErrorType};
use futures_util::{StreamExt, stream};
use provider::{Providers, ProvidersConfig, RetryPolicy};
use serde_json::json;
use testkit::fake_provider::Step;
use testkit::{FakeProvider, Reply};

use crate::support::{Answer, MODEL, OPENAI_MODEL, ask, ask_model, config, text_of};

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

async fn answer(reply: Reply) -> Answer {
    let (fake, providers) = once().await;
    fake.push(reply);
    ask(&providers, "Hello").await
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
        if let Delta::ReasoningEnd { opaque } = delta {
            *opaque = None;
        }
    }
    deltas
}

/// Cuts the answer at each of those bytes, in good form or not, and reads it in bounded parallel.
async fn cut_at(cuts: impl Iterator<Item = usize>, model: &str, cut: fn(Reply, usize) -> Reply) {
    let (fake, providers) = once().await;
    fake.push(rich());
    let whole = without_opaque(ask_model(&providers, model, "Hello").await.0);
    let mut complete = 0;
    // Longer than the answer: the last cuts cut nothing.
    let answers = stream::iter(cuts).map(|at| {
        let when = format!("cut {at};");
        fake.push(cut(rich(), at).when(&when));
        let providers = &providers;
        async move { ask_model(providers, model, &when).await }
    });
    let mut answers = answers.buffered(16);
    while let Some((deltas, failure)) = answers.next().await {
        let deltas = without_opaque(deltas);
        assert!(whole.starts_with(&deltas) || failure.is_none());
        match failure {
            None => {
                assert_eq!(deltas, whole);
                complete += 1;
            }
            Some(info) => {
                assert_eq!(info.error_type, ErrorType::ProviderError, "{info:?}");
                assert!(info.retryable);
            }
        }
    }
    assert!(complete > 0, "the answer has grown: cut further");
    assert_eq!(fake.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_connection_lost_at_any_byte() {
    cut_at(0..2_600, MODEL, Reply::cut_after).await;
}

#[tokio::test]
async fn an_end_at_any_byte() {
    cut_at(0..2_600, MODEL, Reply::end_after).await;
}

/// That vendor says the same in more bytes.
fn far() -> impl Iterator<Item = usize> {
    (0..6_200).step_by(5)
}

#[tokio::test]
async fn a_connection_to_openai_lost_at_any_byte() {
    cut_at(far(), OPENAI_MODEL, Reply::cut_after).await;
}

#[tokio::test]
async fn an_end_of_openai_at_any_byte() {
    cut_at(far(), OPENAI_MODEL, Reply::end_after).await;
}

#[tokio::test]
async fn json_that_is_none() {
    let (deltas, failure) = answer(Reply::text("Half").then_raw("data: {\"type\":\n\n")).await;
    assert_eq!(text_of(&deltas), "Half");
    let info = failure.unwrap();
    assert_eq!(info.code.as_deref(), Some("ANTHROPIC_MALFORMED"));
    assert_eq!(
        info.message,
        "the answer of anthropic could not be understood"
    );
}

#[tokio::test]
async fn events_that_nobody_knows_are_skipped() {
    let raw = "event: new\ndata: {\"type\":\"new\",\"index\":[]}\n\n: comment\n\nretry: 1\n\n";
    let (deltas, failure) = answer(Reply::new().then_raw(raw).then_text("Here.")).await;
    assert_eq!((text_of(&deltas).as_str(), failure), ("Here.", None));
}

#[tokio::test]
async fn a_line_of_ten_mebibytes() {
    let raw = format!("data: {}\n\n", "x".repeat(10 << 20));
    let (_, failure) = answer(Reply::new().then_raw(&raw)).await;
    assert_eq!(
        failure.unwrap().code.as_deref(),
        Some("ANTHROPIC_MALFORMED")
    );
}

#[tokio::test]
async fn a_page_in_place_of_a_stream() {
    let (deltas, failure) =
        answer(Reply::new().then_raw("<html>Welcome!</html>").end_after(0)).await;
    assert_eq!(deltas, []);
    assert_eq!(
        failure.unwrap().code.as_deref(),
        Some("ANTHROPIC_INCOMPLETE")
    );
}

#[tokio::test]
async fn what_comes_behind_the_end_is_not_read() {
    let stop = "data: {\"type\":\"message_stop\"}\n\n";
    let (deltas, failure) = answer(
        Reply::text("Once.")
            .then_raw(stop)
            .then_raw(stop)
            .then_text("Twice."),
    )
    .await;
    assert_eq!((text_of(&deltas).as_str(), failure), ("Once.", None));
    let finishes = deltas
        .iter()
        .filter(|delta| matches!(delta, Delta::Finish(_)));
    assert_eq!(finishes.count(), 1);
}

#[tokio::test]
async fn arguments_that_are_no_json_are_passed_on() {
    let (deltas, failure) =
        answer(Reply::new().then_tool_fragments("lookup", &["{\"a\":", "oops"])).await;
    assert_eq!(failure, None);
    let fragment = |fragment: &str| Delta::ToolArguments {
        slot: 0,
        fragment: fragment.to_owned(),
    };
    assert!(deltas.contains(&fragment("{\"a\":")) && deltas.contains(&fragment("oops")));
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
