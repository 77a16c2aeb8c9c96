//! What an agent's settings make of a request and of its answer.

use domain::{
    Body, CacheMode, Delta, ErrorInfo, ErrorType, Fallback, FinishReason, ModelRef, Part, Speed,
    Thinking, Usage,
};
use protocol::program::{Agent, Guards, Place, Setting};
use serde_json::json;

use super::bench::respond;
use super::{Bench, agent, program};

fn model(text: &str) -> ModelRef {
    text.parse().expect("a model")
}

fn bench(agent: Agent) -> Bench {
    Bench::new(program(agent, vec![respond()]))
}

fn guarded(guards: Guards) -> Bench {
    bench(Agent {
        guards,
        ..agent(10)
    })
}

#[test]
fn a_request_carries_what_its_agent_says() {
    let mut bench = bench(Agent {
        backup_model: Some(Setting::Fixed(model("openai/backup"))),
        speed: Some(Setting::Fixed(Speed::Fast)),
        cache: CacheMode::Extended,
        thinking: Some(Setting::Fixed(Thinking::Off)),
        ..agent(10)
    });
    bench.say("hi");
    let (_, request) = bench.asked.clone().expect("asked");
    assert_eq!(request.backup, Some(model("openai/backup")));
    assert_eq!(
        (request.speed, request.cache, request.thinking),
        (Speed::Fast, CacheMode::Extended, Some(Thinking::Off))
    );
}

#[test]
fn a_variable_may_say_off() {
    let place = || Place::TriggerInput("TEXT".into());
    let mut bench = bench(Agent {
        thinking: Some(Setting::From(place())),
        temperature: Some(Setting::From(place())),
        ..agent(10)
    });
    bench.say("off");
    let (_, request) = bench.asked.clone().expect("asked");
    assert_eq!(
        (request.thinking, request.temperature),
        (Some(Thinking::Off), None)
    );
    bench.answer("hello");
    let log = bench.say("sideways");
    assert!(log.contains("a temperature from 0 to 2, or off"), "{log}");
}

#[test]
fn another_model_that_answers_is_the_one_that_counts() {
    let mut bench = bench(agent(10));
    bench.say("hi");
    let because = ErrorInfo::platform(ErrorType::ProviderOverloaded, "busy");
    bench.delta(Delta::Fallback(Box::new(Fallback {
        model: model("openai/backup"),
        speed: Speed::Standard,
        because,
    })));
    bench.answer("hello");
    let errors = bench.logged("error");
    assert_eq!(errors[0]["error"]["message"], "busy");
    let asked = bench.logged("model-request");
    assert_eq!(asked[1]["modelRequest"]["model"], "backup");
    let stats = &bench.logged("step-stats")[0]["stepStats"];
    assert_eq!(stats["provider"], "openai");
    // Nobody knows what it costs, which is not nothing.
    assert_eq!(stats.get("estimatedProviderFee"), None);
}

#[test]
fn a_step_tells_what_it_cost() {
    for (speed, fee) in [(Speed::Standard, 0.003), (Speed::Fast, 0.006)] {
        let mut bench = bench(Agent {
            speed: Some(Setting::Fixed(speed)),
            ..agent(10)
        });
        bench.say("hi");
        bench.delta(Delta::Usage(Usage {
            input_tokens: 1_000,
            output_tokens: 200,
            ..Usage::default()
        }));
        bench.answer("hello");
        let stats = &bench.logged("step-stats")[0]["stepStats"];
        assert_eq!(stats["estimatedProviderFee"], fee);
        assert_eq!(stats["speed"], json!(speed));
        assert_eq!(stats["cacheMode"], "auto");
    }
}

#[test]
fn an_answer_that_repeats_itself_is_cut_off() {
    let mut bench = guarded(Guards {
        loop_guard: true,
        ..Guards::default()
    });
    bench.say("hi");
    bench.delta(Delta::Text("I think ".into()));
    let mut log = String::new();
    for _ in 0..2_000 {
        if bench.ended {
            break;
        }
        log = bench.delta(Delta::Text("that that ".into()));
    }
    assert!(
        bench.ended && log.contains(r#""finishReason":"length""#),
        "{log}"
    );
    assert!(log.contains("! abort"), "the model is told to stop: {log}");
    let kept = bench.items.last().map(|item| item.body.clone());
    let Some(Body::Text { text }) = kept else {
        panic!("{kept:?}")
    };
    assert!(text.len() < 30, "{text}");
    assert!(
        bench.logged("error")[0]
            .to_string()
            .contains("repeated itself")
    );
}

#[test]
fn nothing_is_cut_where_the_author_does_not_ask() {
    let mut bench = bench(agent(10));
    bench.say("hi");
    bench.delta(Delta::Text("that that ".repeat(900)));
    let log = bench.delta(Delta::Finish(FinishReason::Stop));
    assert!(log.contains(r#""finishReason":"stop""#), "{log}");
}

#[test]
fn a_model_is_shown_a_part_of_a_long_result() {
    let mut bench = guarded(Guards {
        max_tool_output: Some(100),
        ..Guards::default()
    });
    bench.say("hi");
    bench.call_tools(&[("search", json!({})), ("get-time", json!({}))]);
    let mut results = bench.results(&json!("x".repeat(5_000)));
    results[1].result = Some(json!("noon"));
    bench.resume(results);
    let (_, request) = bench.asked.clone().expect("asked");
    let shown: Vec<usize> = request.turns[2]
        .parts
        .iter()
        .map(|part| match part {
            Part::Result { outcome, .. } => format!("{outcome:?}").len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(shown[0] < 600 && shown[1] < 30, "{shown:?}");
    let stored = bench.items.iter().any(|item| match &item.body {
        Body::Result { outcome, .. } => format!("{outcome:?}").len() > 5_000,
        _ => false,
    });
    assert!(stored, "what is stored stays whole");
    let entries = bench.logged("tool-output-bounded");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["toolName"], "search");
    assert_eq!(entries[0]["originalChars"], 5_000);
    assert_eq!(entries[0]["maxToolOutputTokens"], 100);
    assert_eq!(
        bench.logged("tool-result")[0]["toolResult"],
        "x".repeat(5_000)
    );
}
