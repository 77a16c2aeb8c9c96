//! Plain replies: the events and commits of a turn without tools.

use domain::{Delta, Display, ErrorInfo, ErrorType, FinishReason};
use protocol::program::{Block, BlockKind, NextMessage, Place, Setting};
use serde_json::json;

use super::bench::{block, respond};
use super::{Bench, agent, program};
use crate::{Input, Reply};

#[test]
fn a_plain_reply_is_framed_and_committed() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    let mut log = bench.say("hi");
    log += &bench.delta(Delta::Text("Hel".into()));
    log += &bench.delta(Delta::Text("lo".into()));
    log += &bench.delta(Delta::Finish(FinishReason::Stop));
    insta::assert_snapshot!(log);
}

#[test]
fn reasoning_closes_before_text_opens_and_keeps_its_signature() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    let mut log = bench.delta(Delta::Reasoning("hm".into()));
    log += &bench.delta(Delta::ReasoningEnd {
        opaque: Some(json!({"v": {"signature": "s"}})),
    });
    log += &bench.answer("Hello");
    insta::assert_snapshot!(log);
}

#[test]
fn redacted_reasoning_is_kept_without_text() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    bench.delta(Delta::ReasoningEnd {
        opaque: Some(json!({"v": {"data": "x"}})),
    });
    bench.answer("Hello");
    bench.say("again");
    let (_, request) = bench.asked.expect("asked");
    insta::assert_debug_snapshot!(request.turns);
}

#[test]
fn text_deltas_commit_nothing() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    let before = bench.items.len();
    let log = bench.delta(Delta::Text("a".into()));
    assert!(!log.contains('='), "{log}");
    assert_eq!(bench.items.len(), before);
}

#[test]
fn the_second_turn_names_the_message_before_it() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    bench.answer("Hello");
    let log = bench.say("again");
    assert!(log.contains(r#""lastMessageId":"m1""#), "{log}");
}

#[test]
fn a_failure_keeps_what_came_and_ends_with_an_error() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    bench.delta(Delta::Text("Hel".into()));
    let (call, _) = bench.asked.clone().expect("asked");
    let error = ErrorInfo::platform(ErrorType::ProviderOverloaded, "busy").retryable(true);
    insta::assert_snapshot!(bench.step(Input::Reply(call, Reply::Failed(error))));
}

#[test]
fn an_answer_that_is_too_long_is_refused() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    let log = bench.delta(Delta::Text("x".repeat(10_001)));
    assert!(log.contains("longer than 10000 bytes"), "{log}");
    assert!(bench.ended);
}

#[test]
fn the_finish_reason_is_the_models() {
    for (reason, sent) in [
        (FinishReason::Length, "length"),
        (FinishReason::ContentFilter, "content-filter"),
    ] {
        let mut bench = Bench::new(program(agent(10), vec![respond()]));
        bench.say("hi");
        let log = bench.delta(Delta::Finish(reason));
        assert!(
            log.contains(&format!(r#""finishReason":"{sent}""#)),
            "{log}"
        );
    }
}

#[test]
fn late_replies_are_ignored() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    let (call, _) = bench.asked.clone().expect("asked");
    bench.answer("Hello");
    assert_eq!(
        bench.step(Input::Reply(call, Reply::Delta(Delta::Text("late".into())))),
        ""
    );
}

#[test]
fn under_a_name_the_content_is_withheld_and_seen_on_reload() {
    let kind = BlockKind::NextMessage(NextMessage {
        output: None,
        independent: false,
        response_type: None,
    });
    let mut bench = Bench::new(program(
        agent(10),
        vec![block("Think", Display::Name, kind)],
    ));
    bench.say("hi");
    bench.answer("Hello");
    assert_eq!(
        bench.sent_types(),
        ["start", "block-start", "block-end", "finish"]
    );
    assert!(
        bench
            .items
            .iter()
            .all(|item| item.audience.reaches_client())
    );
}

#[test]
fn under_a_name_tools_are_withheld_and_seen_on_reload() {
    let name = Block {
        display: Display::Name,
        ..respond()
    };
    let mut bench = Bench::new(program(agent(10), vec![name]));
    bench.say("hi");
    bench.call_tools(&[("search", json!({ "q": 1 })), ("secret", json!({}))]);
    assert_eq!(
        bench.sent_types(),
        ["start", "block-start", "tool-request", "finish"]
    );
    let results = bench.results(&json!("found"));
    bench.resume(results);
    bench.answer("Hello");
    assert_eq!(bench.sent_types(), ["start", "block-end", "finish"]);
    let parts = bench.reloaded_parts();
    let names: Vec<&str> = parts
        .iter()
        .filter_map(|part| part["toolName"].as_str())
        .collect();
    assert_eq!(names, ["search"]);
    assert_eq!(parts[0]["result"], "found");
}

#[test]
fn a_step_that_speaks_of_tools_and_calls_none_ends_the_turn() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    bench.delta(Delta::Text("Hello".into()));
    let log = bench.delta(Delta::Finish(FinishReason::ToolCalls));
    assert!(log.contains(r#""finishReason":"stop""#), "{log}");
}

#[test]
fn a_hidden_answer_is_the_models_alone() {
    let kind = BlockKind::NextMessage(NextMessage {
        output: Some("OUT".into()),
        independent: false,
        response_type: None,
    });
    let mut bench = Bench::new(program(
        agent(10),
        vec![block("Think", Display::Hidden, kind)],
    ));
    bench.say("hi");
    bench.answer("Hello");
    assert_eq!(bench.sent_types(), ["start", "finish"]);
    assert!(
        !bench
            .items
            .last()
            .expect("an answer")
            .audience
            .reaches_client()
    );
    assert_eq!(bench.state.variables["OUT"], "Hello");
}

#[test]
fn a_dynamic_setting_of_the_wrong_kind_is_named() {
    let mut wrong = agent(10);
    wrong.model = Setting::From(Place::TriggerInput("TEXT".into()));
    let mut bench = Bench::new(program(wrong, vec![respond()]));
    let log = bench.say("gpt");
    assert!(
        log.contains("TEXT holds `gpt`; it must be a model"),
        "{log}"
    );
    let log = bench.say("anthropic/x");
    assert!(log.contains("? anthropic/x"), "{log}");
}
