use std::sync::Arc;

use domain::{Display, Outcome, Part, Thinking, ToolCall, ToolChoice, ToolDef, Turn, TurnRole};
use serde_json::{Value, json};

use super::*;

fn request(text: &str) -> ModelRequest {
    let tool = ToolDef {
        name: "get-weather".to_owned(),
        description: "The weather in a city".to_owned(),
        input_schema: json!({
            "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"],
        }),
    };
    let turn = Turn {
        role: TurnRole::User,
        parts: vec![Part::Text(text.into())],
    };
    ModelRequest {
        tools: vec![tool],
        ..ModelRequest::new("demo/assistant".parse().unwrap(), vec![turn])
    }
}

async fn answer(request: ModelRequest) -> Vec<Delta> {
    let deltas = Demo::new(Duration::ZERO).stream(request);
    deltas.map(Result::unwrap).collect().await
}

fn text(deltas: &[Delta]) -> String {
    let mut joined = String::new();
    for delta in deltas {
        if let Delta::Text(text) = delta {
            joined.push_str(text);
        }
    }
    joined
}

fn arguments(deltas: &[Delta]) -> Value {
    let mut joined = String::new();
    for delta in deltas {
        if let Delta::ToolArguments { fragment, .. } = delta {
            joined.push_str(fragment);
        }
    }
    serde_json::from_str(&joined).unwrap()
}

fn with_result(mut request: ModelRequest, outcome: Outcome) -> ModelRequest {
    let call = Arc::new(ToolCall {
        id: "call-1".into(),
        name: "get-weather".to_owned(),
        arguments: JsonMap::new(),
        display: Display::Stream,
        label: None,
        opaque: None,
    });
    let parts = vec![Part::Call(Arc::clone(&call))];
    request.turns.push(Turn {
        role: TurnRole::Assistant,
        parts,
    });
    let parts = vec![Part::Result {
        call,
        outcome: Arc::new(outcome),
    }];
    request.turns.push(Turn {
        role: TurnRole::User,
        parts,
    });
    request
}

#[tokio::test]
async fn it_answers_word_by_word_and_always_the_same() {
    let deltas = answer(request("Hello!")).await;
    assert_eq!(deltas, answer(request("Hello!")).await);
    assert!(deltas.len() > 10);
    assert!(text(&deltas).starts_with("Hello! What can I do for you?"));
    assert!(matches!(deltas[deltas.len() - 2], Delta::Usage(usage) if usage.output_tokens > 0));
    assert_eq!(deltas.last(), Some(&Delta::Finish(FinishReason::Stop)));
}

#[tokio::test]
async fn it_calls_the_tool_that_is_asked_for() {
    let deltas = answer(request("What is the weather in Oslo?")).await;
    assert_eq!(text(&deltas), "Let me use `get-weather` for that.");
    assert_eq!(arguments(&deltas), json!({ "city": "Oslo" }));
    assert_eq!(deltas.last(), Some(&Delta::Finish(FinishReason::ToolCalls)));
}

#[tokio::test]
async fn it_calls_nothing_where_it_must_not() {
    let request = ModelRequest {
        tool_choice: ToolChoice::None,
        ..request("get-weather in Oslo")
    };
    let deltas = answer(request).await;
    assert_eq!(deltas.last(), Some(&Delta::Finish(FinishReason::Stop)));
}

#[tokio::test]
async fn it_tells_what_a_tool_returned() {
    let outcome = Outcome::Output(json!({ "sky": "clear", "degrees": 4 }));
    let deltas = answer(with_result(request("weather in Oslo"), outcome)).await;
    assert_eq!(
        text(&deltas),
        "Here is what `get-weather` found:\n- degrees: 4\n- sky: clear"
    );
    assert_eq!(deltas.last(), Some(&Delta::Finish(FinishReason::Stop)));
}

#[tokio::test]
async fn it_tells_that_a_tool_failed() {
    let outcome = Outcome::Error("no such city.".to_owned());
    let deltas = answer(with_result(request("weather in Oslo"), outcome)).await;
    assert!(text(&deltas).starts_with("`get-weather` did not work: no such city."));
}

#[tokio::test]
async fn it_thinks_where_it_is_asked_to() {
    let request = ModelRequest {
        thinking: Some(Thinking::Low),
        ..request("Hello!")
    };
    let deltas = answer(request).await;
    assert!(matches!(&deltas[0], Delta::Reasoning(_)));
    let end = deltas
        .iter()
        .position(|delta| matches!(delta, Delta::ReasoningEnd { opaque: None }));
    assert!(matches!(&deltas[end.unwrap() + 1], Delta::Text(_)));
}

#[tokio::test]
async fn echo_repeats() {
    let request = ModelRequest {
        model: "demo/echo".parse().unwrap(),
        ..request("One two.")
    };
    assert_eq!(text(&answer(request).await), "One two.");
}

#[tokio::test]
async fn a_stand_in_says_whose_place_it_takes() {
    let absent = "vendor/model-9".parse().unwrap();
    let deltas = Demo::new(Duration::ZERO).stand_in(request("Hello!"), &absent);
    let deltas: Vec<Delta> = deltas.map(Result::unwrap).collect().await;
    assert!(text(&deltas).contains("in place of `vendor/model-9`"));
}
