//! Entries of the log that no golden text holds.

use domain::{Delta, Display, Usage};
use protocol::program::{AddMessage, BlockKind, Place};
use serde_json::json;

use super::bench::{block, respond};
use super::builtins::file;
use super::{Bench, agent, program, workers};
use crate::CancelReason;

fn bench() -> Bench {
    Bench::new(program(agent(10), vec![respond()]))
}

#[test]
fn the_main_thread_is_created_once() {
    let mut bench = bench();
    bench.say("hi");
    bench.answer("hello");
    bench.say("again");
    bench.answer("hello again");
    assert_eq!(bench.logged("thread-created").len(), 1);
}

#[test]
fn a_tool_that_fails_is_an_error() {
    let mut bench = bench();
    bench.say("hi");
    bench.call_tools(&[("search", json!({}))]);
    let mut results = bench.results(&json!(null));
    results[0].error = Some("no index".into());
    bench.resume(results);
    let errors = bench.logged("error");
    let [error] = &errors[..] else {
        panic!("{errors:?}")
    };
    assert_eq!(error["error"]["type"], "tool_error");
    assert_eq!(error["error"]["tool"]["name"], "search");
    assert_eq!(bench.logged("tool-result").len(), 1);
}

#[test]
fn a_tool_that_is_not_there_is_one_error() {
    let mut bench = bench();
    bench.say("hi");
    bench.call_tools(&[("nonsense", json!({}))]);
    assert_eq!(bench.logged("error").len(), 1);
}

#[test]
fn a_worker_that_cannot_begin_is_one_error() {
    let mut bench = Bench::with(workers::programs(Display::Stream, vec![respond()]));
    bench.say("hi");
    bench.call_tools(&[("research", json!({}))]);
    let errors = bench.logged("error");
    let [error] = &errors[..] else {
        panic!("{errors:?}")
    };
    assert_eq!(error["workerSlug"], "research");
    assert!(
        error["error"]["message"].to_string().contains("TOPIC"),
        "{error}"
    );
}

#[test]
fn a_worker_begins_before_its_blocks_do() {
    let mut bench = Bench::with(workers::programs(Display::Stream, vec![respond()]));
    bench.say("hi");
    bench.call_tools(&[("research", workers::topic("ants"))]);
    let began = &bench.logged("worker-execution")[0];
    assert_eq!(began.get("blockName"), None, "{began}");
}

#[test]
fn the_end_from_outside_says_why() {
    for (reason, errors) in [
        (CancelReason::Disconnected, 0),
        (CancelReason::Draining, 1),
        (CancelReason::TimeLimit, 1),
    ] {
        let mut bench = bench();
        bench.say("hi");
        bench.cancel(reason);
        let aborts = bench.logged("abort");
        assert_eq!(aborts[0]["abortedAtBlock"], "Respond");
        assert_eq!(bench.logged("error").len(), errors);
    }
}

#[test]
fn what_a_cut_step_took_is_counted() {
    let mut bench = bench();
    bench.say("hi");
    let usage = Usage {
        input_tokens: 7,
        ..Usage::default()
    };
    bench.delta(Delta::Usage(usage));
    bench.cancel(CancelReason::Disconnected);
    let stats = &bench.logged("step-stats")[0]["stepStats"];
    assert_eq!(stats["usage"]["inputTokens"], 7);
}

#[test]
fn a_message_names_its_files() {
    let kind = AddMessage {
        role: domain::Role::User,
        prompt: None,
        ui_content: None,
        visible: true,
        files: vec![Place::Variable("PICTURE".into())],
    };
    let add = block("Show", Display::Hidden, BlockKind::AddMessage(kind));
    let mut bench = Bench::new(program(agent(10), vec![add]));
    let picture = serde_json::to_value(file()).expect("JSON");
    bench.state.variables.insert("PICTURE".into(), picture);
    bench.say("hi");
    let messages = bench.logged("message");
    assert_eq!(messages[1]["files"][0]["id"], "f");
    assert_eq!(messages[0].get("files"), None);
}

#[test]
fn a_new_trigger_ends_what_waits() {
    let mut bench = bench();
    bench.say("hi");
    bench.call_tools(&[("search", json!({}))]);
    assert!(bench.logged("abort").is_empty());
    bench.say("never mind");
    assert_eq!(bench.logged("abort").len(), 1);
    bench.answer("As you like.");
    bench.say("again");
    assert_eq!(bench.logged("abort").len(), 1);
}
