//! Conversations that are longer than their model's window.

use std::sync::Arc;

use domain::{
    Body, Delta, Display, ErrorInfo, ErrorType, Exceeded, FinishReason, ModelRequest, Part,
};
use protocol::program::{Agent, ContextManagement, Entry, Field, Type, WorkerIndex};
use serde_json::{Value, json};

use super::bench::respond;
use super::folds::assert_valid;
use super::{Bench, agent, workers};
use crate::{CallId, Input, Programs, Reply, tokens};

/// In bytes: what the window of the bench's models comes to.
const WINDOW: usize = 32_000 * 4;

fn input(name: &str) -> Field {
    Field {
        name: name.into(),
        ty: Type::String,
        description: None,
        optional: false,
        default: None,
        allowed: Vec::new(),
    }
}

/// An agent whose conversation is managed; its worker `research` sums up where it has one.
fn managed(context: ContextManagement) -> Bench {
    let mut programs: Programs = workers::programs(Display::Description, vec![respond()]);
    let main = Arc::make_mut(&mut programs.main);
    if let Entry::Interactive { agent: of, .. } = &mut main.entry {
        **of = Agent {
            context: Some(context),
            ..agent(50)
        };
    }
    for worker in programs.workers.values_mut() {
        let program = Arc::make_mut(&mut worker.program);
        program.inputs = vec![input("PREVIOUS_SUMMARY"), input("CONVERSATION")];
    }
    Bench::silent(programs)
}

fn summing_up() -> ContextManagement {
    ContextManagement {
        summarizer: Some(WorkerIndex(0)),
        threshold: Some(0.6),
        recent: Some(0.2),
    }
}

/// What was asked of a model, in bytes; it fits, and is a conversation.
fn fits(request: &ModelRequest) -> usize {
    assert_valid(&request.turns);
    let size = tokens::of_frame(request) + tokens::of_turns(&request.turns);
    assert!(size <= WINDOW, "{size} bytes are more than the window");
    size
}

fn asked(bench: &Bench) -> (CallId, ModelRequest) {
    bench.asked.clone().expect("a model was asked")
}

/// Answers summarizers until the agent's own model is asked; how many there were.
fn sum_up(bench: &mut Bench) -> usize {
    let mut summaries = 0;
    loop {
        let (call, request) = asked(bench);
        if &*request.model.provider == "anthropic" {
            return summaries;
        }
        summaries += 1;
        bench.answer_of(call, &format!("What was said, in short ({summaries})."));
    }
}

fn text_of(request: &ModelRequest) -> String {
    let parts = request.turns.iter().flat_map(|turn| &turn.parts);
    let texts = parts.filter_map(|part| match part {
        Part::Text(text) => Some(text.to_string()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_oldest_turns_become_a_summary() {
    let mut bench = managed(summing_up());
    bench.say("The task");
    bench.answer("Begun");
    let mut summaries = 0;
    for turn in 0..40 {
        bench.say(&format!("turn {turn} {}", "x".repeat(5_000)));
        summaries += sum_up(&mut bench);
        fits(&asked(&bench).1);
        bench.answer(&format!("answer {turn} {}", "y".repeat(1_000)));
    }
    assert!((2..8).contains(&summaries), "{summaries}");
    bench.say("And now?");
    sum_up(&mut bench);
    let text = text_of(&asked(&bench).1);
    assert!(text.starts_with("The task\n(A summary of"), "{text}");
    assert!(
        !text.contains("turn 0 ") && text.contains("turn 39 "),
        "{text}"
    );
    let entries = bench.logged("compaction");
    assert_eq!(entries.len(), summaries);
    assert_eq!(entries[0]["compactionTrigger"], "proactive");
    assert_eq!(entries[0]["watermarkFrom"], 1);
    assert_eq!(entries[1]["watermarkFrom"], entries[0]["watermarkTo"]);
    // What is stored stays whole.
    let stored = bench.items.iter().filter(|item| item.worker.is_none());
    let stored =
        stored.filter(|item| matches!(&item.body, Body::Text { text } if text.len() > 900));
    assert_eq!(stored.count(), 80);
}

#[test]
fn a_summary_goes_on_from_the_one_before() {
    let mut bench = managed(summing_up());
    bench.say("The task");
    bench.answer("Begun");
    let mut given: Vec<Value> = Vec::new();
    for turn in 0..40 {
        bench.say(&format!("turn {turn} {}", "x".repeat(5_000)));
        sum_up(&mut bench);
        bench.answer("So be it.");
    }
    given.extend(bench.logged("worker-execution"));
    assert!(given.len() > 1);
    assert_eq!(given[0]["workerInput"]["PREVIOUS_SUMMARY"], "");
    let previous = given[1]["workerInput"]["PREVIOUS_SUMMARY"].to_string();
    assert!(previous.contains("What was said, in short"), "{previous}");
    let conversation = given[1]["workerInput"]["CONVERSATION"].to_string();
    assert!(!conversation.contains("turn 0 "), "it was summed up before");
    assert!(
        conversation.contains("Assistant: So be it."),
        "{conversation}"
    );
}

#[test]
fn ten_thousand_turns_never_exceed_the_window() {
    let mut bench = managed(summing_up());
    bench.hasty = true;
    let mut longest = 0;
    for turn in 0..10_000_usize {
        // Some are much longer than others.
        let length = if turn % 97 == 0 {
            40_000
        } else {
            40 + turn % 700
        };
        bench.say(&format!("turn {turn} {}", "x".repeat(length)));
        sum_up(&mut bench);
        longest = longest.max(fits(&asked(&bench).1));
        bench.delta(Delta::Text("y".repeat(100 + turn % 300)));
        bench.delta(Delta::Finish(FinishReason::Stop));
        assert!(bench.ended);
        // What the log holds is not the matter here.
        bench.log.clear();
    }
    assert!(longest > WINDOW / 2, "{longest}");
}

#[test]
fn without_a_worker_old_results_go_first() {
    let mut bench = managed(ContextManagement::default());
    bench.say("Look it up");
    for _ in 0..20 {
        bench.call_tools(&[("search", json!({ "q": "ants" }))]);
        let results = bench.results(&json!("r".repeat(20_000)));
        bench.resume(results);
        fits(&asked(&bench).1);
    }
    let (_, request) = asked(&bench);
    let shown = format!("{:?}", request.turns.last());
    assert!(
        shown.contains("rrrr"),
        "the newest result is whole: {shown}"
    );
    let entries = bench.logged("compaction");
    assert_eq!(entries[0]["layersApplied"], json!(["tool-results"]));
}

#[test]
fn one_message_that_is_longer_than_the_window_is_shortened() {
    for context in [ContextManagement::default(), summing_up()] {
        let mut bench = managed(context);
        bench.say(&"x".repeat(500_000));
        fits(&asked(&bench).1);
        bench.answer("That was long.");
        bench.say("And now?");
        sum_up(&mut bench);
        fits(&asked(&bench).1);
    }
}

#[test]
fn where_the_worker_fails_the_turn_goes_on() {
    let mut bench = managed(summing_up());
    bench.say("The task");
    bench.answer("Begun");
    for turn in 0..30 {
        bench.say(&format!("turn {turn} {}", "x".repeat(5_000)));
        let (call, request) = asked(&bench);
        if &*request.model.provider == "openai" {
            let error = ErrorInfo::platform(ErrorType::ProviderError, "down");
            bench.fail(call, error);
        }
        let (_, request) = asked(&bench);
        assert_eq!(&*request.model.provider, "anthropic");
        fits(&request);
        bench.answer("So be it.");
    }
    assert!(!bench.logged("error").is_empty());
}

fn too_long() -> ErrorInfo {
    ErrorInfo {
        code: Some(format!("ANTHROPIC_{}", Exceeded::Context.code())),
        ..ErrorInfo::platform(ErrorType::ValidationError, "prompt is too long")
    }
}

#[test]
fn a_request_that_is_refused_is_asked_again_with_less() {
    let mut bench = managed(ContextManagement::default());
    bench.say(&"x".repeat(40_000));
    let (call, request) = asked(&bench);
    let before = fits(&request);
    bench.step(Input::Reply(call, Reply::Failed(too_long())));
    let after = fits(&asked(&bench).1);
    assert!(after <= before / 2, "{after} of {before}");
    bench.answer("Got it.");
    assert!(bench.ended);
    let entries = bench.logged("compaction");
    assert_eq!(entries[0]["compactionTrigger"], "reactive");
    // It is remembered.
    bench.say(&"x".repeat(40_000));
    assert!(fits(&asked(&bench).1) <= before / 2);
}

#[test]
fn a_provider_that_refuses_everything_is_believed_at_last() {
    let mut bench = managed(ContextManagement::default());
    bench.say(&"x".repeat(40_000));
    for _ in 0..4 {
        assert!(!bench.ended);
        let (call, _) = asked(&bench);
        bench.fail(call, too_long());
    }
    assert!(bench.ended);
    assert!(format!("{:?}", bench.sent.last()).contains("prompt is too long"));
}

#[test]
fn an_agent_that_asks_for_nothing_is_told_at_once() {
    let mut bench = Bench::silent(workers::programs(Display::Stream, vec![respond()]));
    bench.say(&"x".repeat(40_000));
    let (call, _) = asked(&bench);
    bench.fail(call, too_long());
    assert!(bench.ended);
}

#[test]
fn a_rollback_takes_a_summary_back() {
    let mut bench = managed(summing_up());
    bench.say("The task");
    bench.answer("Begun");
    let mut before = None;
    for turn in 0..20 {
        let items = bench.items.len();
        bench.say(&format!("turn {turn} {}", "x".repeat(5_000)));
        let summaries = sum_up(&mut bench);
        bench.answer("So be it.");
        if summaries > 0 {
            before = Some(items);
            break;
        }
    }
    bench.items.truncate(before.expect("a summary was written"));
    bench.say("Something short");
    let (_, request) = asked(&bench);
    assert!(
        !text_of(&request).contains("A summary of"),
        "it is not known yet"
    );
    fits(&request);
}
