//! The neutral requests that every dialect must be able to encode.

use domain::{ModelRequest, Outcome, Part, Thinking, ToolChoice, Turn};
use serde_json::json;

use crate::support::{assistant, call, calls, request, result, say, user};

/// What a case may use of the dialect under test.
pub(crate) struct Given {
    /// A model that can think.
    pub(crate) model: &'static str,
    /// A turn as this dialect decoded it: a thought and a call with this vendor's opaque data.
    pub(crate) thoughtful: Turn,
    /// A turn as this dialect decoded it, with two calls.
    pub(crate) parallel: Turn,
}

pub(crate) fn text(given: &Given) -> ModelRequest {
    ModelRequest {
        system: None,
        tools: Vec::new(),
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn settings(given: &Given) -> ModelRequest {
    ModelRequest {
        temperature: Some(0.5),
        max_output_tokens: Some(700),
        response_format: None,
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn hot(given: &Given) -> ModelRequest {
    ModelRequest {
        temperature: Some(1.8),
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn thinking(given: &Given) -> ModelRequest {
    ModelRequest {
        thinking: Some(Thinking::High),
        temperature: Some(0.5),
        max_output_tokens: Some(700),
        response_format: None,
        ..request(given.model, vec![say("Hello")])
    }
}

pub(crate) fn no_tool_choice(given: &Given) -> ModelRequest {
    ModelRequest {
        tool_choice: ToolChoice::None,
        system: None,
        ..request(given.model, vec![say("Hello")])
    }
}

/// Signed thinking, a call, its result, an answer, a further question.
pub(crate) fn transcript(given: &Given) -> ModelRequest {
    let made = calls(&given.thoughtful);
    let outcome = Outcome::Output(json!({ "degrees": 21 }));
    let turns = vec![
        say("What is the weather in Paris?"),
        given.thoughtful.clone(),
        user(vec![result(&made[0], outcome)]),
        assistant(vec![Part::Text("21 degrees.".into())]),
        say("And tomorrow?"),
    ];
    ModelRequest {
        thinking: Some(Thinking::Low),
        ..request(given.model, turns)
    }
}

/// Two calls, one of which failed, and a word of the user behind the results.
pub(crate) fn parallel_results(given: &Given) -> ModelRequest {
    let made = calls(&given.parallel);
    let results = vec![
        result(&made[0], Outcome::Error("no such city".to_owned())),
        result(&made[1], Outcome::Output(json!("12:00"))),
        Part::Text("Be quick.".into()),
    ];
    let turns = vec![
        say("Weather and time?"),
        given.parallel.clone(),
        user(results),
    ];
    request(given.model, turns)
}

/// Another vendor's reasoning and call, ids that no vendor takes, empty text.
pub(crate) fn foreign_transcript(given: &Given) -> ModelRequest {
    let opaque = json!({ "somebody": { "signature": "x", "id": "y" } });
    let made = call(
        "exec.1-7",
        "get-weather",
        json!({ "city": "Paris" }),
        Some(opaque.clone()),
    );
    let reasoning = Part::Reasoning {
        text: "I think.".into(),
        opaque: Some(opaque.into()),
    };
    let turns = vec![
        say("Weather?"),
        assistant(vec![
            reasoning.clone(),
            Part::Text(" \n".into()),
            Part::Call(made.clone()),
        ]),
        user(vec![result(&made, Outcome::Output(json!(null)))]),
        assistant(vec![reasoning]),
        say("And?"),
    ];
    ModelRequest {
        thinking: Some(Thinking::Low),
        ..request(given.model, turns)
    }
}

/// Two calls to which the vendor gave the same id.
pub(crate) fn repeated_ids(given: &Given) -> ModelRequest {
    let mut parallel = calls(&given.parallel);
    let first = parallel.remove(0);
    let second = call("call.b", "get-weather", json!({}), first.opaque.clone());
    let turns = vec![
        say("Weather, twice."),
        assistant(vec![Part::Call(first.clone()), Part::Call(second.clone())]),
        user(vec![
            result(&first, Outcome::Output(json!(1))),
            result(&second, Outcome::Output(json!(2))),
        ]),
    ];
    request(given.model, turns)
}
