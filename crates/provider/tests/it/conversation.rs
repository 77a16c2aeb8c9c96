//! Whole conversations, with a vendor that holds every request to its rules.

use domain::{Delta, FinishReason, ModelRequest, Outcome, Thinking, Turn, Usage};
use provider::{Provider, Providers};
use serde_json::json;
use testkit::fake_provider::Tokens;
use testkit::{FakeProvider, Reply};

use crate::support::{
    CHAT_MODEL, MODEL, OPENAI_MODEL, ask_model, calls, fake, fold, read, request, result, say,
    text_of, user,
};

async fn step(providers: &Providers, model: &str, turns: &mut Vec<Turn>) -> Vec<Delta> {
    let request = ModelRequest {
        thinking: Some(Thinking::Medium),
        ..request(model, turns.clone())
    };
    let (deltas, failure) = read(providers.stream(request)).await;
    assert_eq!(failure, None);
    turns.push(fold(&deltas));
    deltas
}

/// Thinks, calls twice, fails once, thinks in hiding, answers, and is asked again.
pub(crate) async fn converse(model: &str) -> (FakeProvider, Vec<Turn>) {
    let (fake, providers) = fake().await;
    fake.push(
        Reply::new()
            .then_thinking("Two calls, I think.")
            .then_text("Let me look.")
            .then_tool("get-weather", json!({ "city": "Köln" }))
            .then_tool("get-current-time", json!({})),
    );
    fake.push(
        Reply::new()
            .then_redacted("secret")
            .then_tool("get-weather", json!({ "city": "Bonn" })),
    );
    fake.push(Reply::text("It rains."));
    fake.push(Reply::text("Still."));

    let mut turns = vec![say("Weather in Köln?")];
    step(&providers, model, &mut turns).await;
    let made = calls(&turns[1]);
    turns.push(user(vec![
        result(&made[0], Outcome::Error("no such city".to_owned())),
        result(&made[1], Outcome::Output(json!("12:00"))),
    ]));
    step(&providers, model, &mut turns).await;
    let made = calls(&turns[3]);
    turns.push(user(vec![result(
        &made[0],
        Outcome::Output(json!({ "sky": "rain" })),
    )]));
    step(&providers, model, &mut turns).await;
    turns.push(say("And now?"));
    let last = step(&providers, model, &mut turns).await;
    assert_eq!(text_of(&last), "Still.");
    (fake, turns)
}

#[tokio::test]
async fn a_model_that_thinks_by_budget_gets_its_thoughts_back() {
    let (fake, _) = converse("anthropic/claude-sonnet-4-5").await;
    assert_eq!(fake.violations(), Vec::<String>::new());
    let last = &fake.requests()[3].body;
    assert_eq!(last["thinking"]["type"], "enabled");
    assert_eq!(
        last["messages"][1]["content"][0]["thinking"],
        "Two calls, I think."
    );
    assert_eq!(
        last["messages"][3]["content"][0]["type"],
        "redacted_thinking"
    );
}

#[tokio::test]
async fn where_a_request_ended_is_marked_in_the_next_one() {
    let (fake, _) = converse(MODEL).await;
    let requests = fake.requests();
    for pair in requests.windows(2) {
        let [before, after] = pair else { continue };
        let messages = before.body["messages"].as_array().unwrap();
        let at = messages.len() - 1;
        // The very same block, so that the vendor finds what it kept.
        assert_eq!(messages[at], after.body["messages"][at]);
        let last = messages[at]["content"].as_array().unwrap().last().unwrap();
        assert_eq!(last["cache_control"], json!({ "type": "ephemeral" }));
    }
    assert_eq!(requests.len(), 4);
}

#[tokio::test]
async fn a_model_that_adapts_its_thinking_gets_its_thoughts_back() {
    let (fake, _) = converse("anthropic/claude-opus-4-8").await;
    assert_eq!(fake.violations(), Vec::<String>::new());
    let last = &fake.requests()[3].body;
    assert_eq!(
        last["thinking"],
        json!({ "type": "adaptive", "display": "summarized" })
    );
    assert_eq!(last["output_config"], json!({ "effort": "medium" }));
}

#[tokio::test]
async fn a_model_that_cannot_think_is_given_no_thoughts() {
    let (_, turns) = converse("anthropic/claude-sonnet-4-5").await;
    let (fake, providers) = fake().await;
    let mut turns = turns;
    turns.push(say("Go on."));
    step(&providers, "anthropic/claude-3-5-haiku-latest", &mut turns).await;
    assert_eq!(fake.violations(), Vec::<String>::new());
    let body = fake.requests()[0].body.to_string();
    assert!(!body.contains("thinking"), "{body}");
}

#[tokio::test]
async fn a_model_of_openai_gets_its_reasoning_back() {
    let (fake, turns) = converse(OPENAI_MODEL).await;
    assert_eq!(fake.violations(), Vec::<String>::new());
    let last = &fake.requests()[3].body;
    let reasoning = json!({ "effort": "medium", "summary": "auto" });
    assert_eq!(last["reasoning"], reasoning);
    let kinds: Vec<_> = last["input"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["type"])
        .collect();
    assert_eq!(
        kinds,
        [
            "message",
            "reasoning",
            "message",
            "function_call",
            "function_call",
            "function_call_output",
            "function_call_output",
            "reasoning",
            "function_call",
            "function_call_output",
            "message",
            "message",
        ]
    );
    assert_eq!(
        last["input"][1]["summary"][0]["text"],
        "Two calls, I think."
    );
    assert_eq!(last["input"][7]["summary"], json!([]));

    for model in ["openai/gpt-4.1", "anthropic/claude-sonnet-4-5", "openai/o3"] {
        let (fake, providers) = crate::support::fake().await;
        let mut turns = turns.clone();
        turns.push(say("Go on."));
        step(&providers, model, &mut turns).await;
        assert_eq!(fake.violations(), Vec::<String>::new(), "{model}");
        let body = fake.requests()[0].body.to_string();
        assert_eq!(body.contains("gAAAA"), model == "openai/o3", "{body}");
    }
}

#[tokio::test]
async fn all_of_the_input_is_counted() {
    all_of_the_input_of(MODEL).await;
    all_of_the_input_of(OPENAI_MODEL).await;
    all_of_the_input_of(CHAT_MODEL).await;
}

async fn all_of_the_input_of(model: &str) {
    let (fake, providers) = fake().await;
    let usage = Tokens {
        input: 3,
        cache_read: 20,
        cache_write: 100,
        output: 9,
        reasoning: 4,
    };
    fake.push(
        Reply::text("Yes.")
            .usage(usage)
            .finish(FinishReason::Length),
    );
    let (deltas, _) = ask_model(&providers, model, "Hello").await;
    let expected = Usage {
        input_tokens: 123,
        cached_input_tokens: 20,
        cached_write_tokens: 100,
        output_tokens: 9,
        reasoning_output_tokens: 4,
    };
    let end = [Delta::Usage(expected), Delta::Finish(FinishReason::Length)];
    assert!(deltas.ends_with(&end), "{deltas:?}");
}
