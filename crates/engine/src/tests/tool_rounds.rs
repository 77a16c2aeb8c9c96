//! Rounds of tools: pauses, continuations, and what a client sees of them.

use domain::{Delta, FinishReason, Part, ToolAnswer, ToolChoice};
use serde_json::json;

use super::bench::respond;
use super::builtins::file;
use super::{Bench, agent, program};

fn bench() -> Bench {
    Bench::new(program(agent(10), vec![respond()]))
}

#[test]
fn a_tool_pauses_the_leg_and_its_result_goes_on() {
    let mut bench = bench();
    bench.say("time?");
    let mut log = bench.call_tools(&[("get-time", json!({"zone": "UTC"}))]);
    log += "--- continued\n";
    let results = bench.results(&json!("12:00"));
    log += &bench.resume(results);
    log += &bench.answer("Noon");
    insta::assert_snapshot!(log);
}

#[test]
fn parallel_calls_are_asked_for_at_once() {
    let mut bench = bench();
    bench.say("both");
    bench.call_tools(&[("get-time", json!({})), ("search", json!({"q": "x"}))]);
    assert_eq!(bench.open_calls().len(), 2);
    assert_eq!(
        bench
            .sent_types()
            .iter()
            .filter(|kind| *kind == "tool-request")
            .count(),
        1
    );
}

#[test]
fn results_come_in_any_order_and_only_once() {
    let mut bench = bench();
    bench.say("both");
    bench.call_tools(&[("get-time", json!({})), ("search", json!({}))]);
    let mut results = bench.results(&json!("first"));
    results.reverse();
    let mut again = results.clone();
    again
        .iter_mut()
        .for_each(|answer| answer.result = Some(json!("second")));
    results.extend(again);
    bench.resume(results);
    let (_, request) = bench.asked.clone().expect("asked");
    insta::assert_debug_snapshot!(request.turns.last());
}

#[test]
fn a_missing_result_is_an_error_that_the_client_sees() {
    let mut bench = bench();
    bench.say("both");
    bench.call_tools(&[("get-time", json!({})), ("search", json!({}))]);
    let mut results = bench.results(&json!(1));
    results.truncate(1);
    let log = bench.resume(results);
    assert_eq!(log.matches("tool-output-error").count(), 1, "{log}");
    assert!(log.contains("No result was provided."), "{log}");
}

#[test]
fn a_failed_tool_does_not_end_the_turn() {
    let mut bench = bench();
    bench.say("time?");
    bench.call_tools(&[("get-time", json!({}))]);
    let mut results = bench.results(&json!(null));
    results[0].error = Some("boom".into());
    bench.resume(results);
    assert!(!bench.ended);
    bench.answer("Sorry");
    assert!(bench.sent_types().contains(&"finish".to_owned()));
}

#[test]
fn an_unknown_tool_is_answered_without_asking_the_client() {
    let mut bench = bench();
    bench.say("x");
    let log = bench.call_tools(&[("nonsense", json!({}))]);
    let events = bench.sent_types();
    assert_eq!(events, ["start", "block-start"], "no card and no request");
    assert!(log.contains("There is no tool `nonsense`."), "{log}");
    let (_, request) = bench.asked.clone().expect("asked again");
    assert_eq!(request.turns.len(), 3);
}

#[test]
fn arguments_that_are_not_json_become_an_error_result() {
    let mut bench = bench();
    bench.say("x");
    bench.delta(Delta::ToolStart {
        slot: 0,
        name: "search".into(),
        opaque: None,
    });
    bench.delta(Delta::ToolArguments {
        slot: 0,
        fragment: r#"{"q": "#.into(),
    });
    let log = bench.delta(Delta::Finish(FinishReason::Length));
    assert!(
        log.contains("tool-output-error") && log.contains("not a JSON object"),
        "{log}"
    );
    assert!(!bench.ended, "the model is asked again");
}

#[test]
fn a_call_that_was_cut_off_before_its_arguments_is_not_run() {
    for arguments in [&[][..], &["{}"]] {
        let mut bench = bench();
        bench.say("x");
        let name = "search".into();
        bench.delta(Delta::ToolStart {
            slot: 0,
            name,
            opaque: None,
        });
        for fragment in arguments {
            let fragment = (*fragment).into();
            bench.delta(Delta::ToolArguments { slot: 0, fragment });
        }
        let log = bench.delta(Delta::Finish(FinishReason::Length));
        assert!(log.contains("the call was cut off"), "{log}");
        assert!(!log.contains(r#""type":"tool-request""#), "{log}");
    }
}

#[test]
fn a_hidden_tool_is_asked_for_but_not_shown() {
    let mut bench = bench();
    bench.say("x");
    bench.call_tools(&[("secret", json!({"password": "p"}))]);
    assert_eq!(
        bench.sent_types(),
        ["start", "block-start", "tool-request", "finish"]
    );
}

#[test]
fn a_title_tool_shows_neither_arguments_nor_fragments() {
    let mut bench = bench();
    bench.say("x");
    let log = bench.call_tools(&[("quiet", json!({"key": "hidden value"}))]);
    let card: String = log
        .lines()
        .filter(|line| line.contains("tool-input"))
        .collect();
    assert!(!card.contains("hidden value"), "{log}");
    assert!(
        card.contains(r#""title":"About quiet","display":"title""#),
        "{log}"
    );
    assert!(
        log.contains(r#""args":{"key":"hidden value"}"#),
        "the client that runs it needs them"
    );
}

#[test]
fn files_of_a_result_are_announced_and_stored() {
    let mut bench = bench();
    bench.say("x");
    bench.call_tools(&[("search", json!({}))]);
    let mut results = bench.results(&json!("ok"));
    results[0].files = vec![file()];
    let log = bench.resume(results);
    assert!(
        log.contains(r#"{"type":"file-available","id":"f""#),
        "{log}"
    );
}

#[test]
fn files_of_a_hidden_tool_are_not_shown() {
    let mut bench = bench();
    bench.say("x");
    bench.call_tools(&[("secret", json!({}))]);
    let mut results = bench.results(&json!("ok"));
    results[0].files = vec![file()];
    let log = bench.resume(results);
    assert!(!log.contains("file-available"), "{log}");
    bench.answer("Done");
    let parts = bench.reloaded_parts();
    assert!(parts.iter().all(|part| part["type"] != "file"), "{parts:?}");
}

#[test]
fn steps_end_at_the_maximum_with_stop() {
    let mut bench = Bench::new(program(agent(2), vec![respond()]));
    bench.say("x");
    for _ in 0..2 {
        bench.call_tools(&[("search", json!({}))]);
        let results = bench.results(&json!(1));
        bench.resume(results);
    }
    assert!(bench.ended);
    assert!(
        bench
            .sent_types()
            .ends_with(&["block-end".into(), "finish".into()])
    );
}

#[test]
fn an_execution_takes_no_more_steps_than_the_server_allows() {
    let mut bench = Bench::new(program(agent(1_000), vec![respond()]));
    bench.say("x");
    let mut log = String::new();
    for _ in 0..50 {
        assert!(!bench.ended, "{log}");
        log = bench.call_tools(&[("nonsense", json!({}))]);
    }
    assert!(log.contains("took 50 model steps"), "{log}");
    assert!(bench.ended && log.contains(r#""errorType":"execution_error""#));
}

#[test]
fn a_step_calls_no_more_tools_than_the_server_allows() {
    let mut bench = bench();
    bench.say("x");
    let calls: Vec<(&str, serde_json::Value)> = (0..9).map(|_| ("search", json!({}))).collect();
    let log = bench.call_tools(&calls);
    assert_eq!(bench.open_calls().len(), 8);
    assert_eq!(
        log.matches("a step may call 8 tools").count(),
        4,
        "once in each of its places: {log}"
    );
}

#[test]
fn an_agent_that_is_not_agentic_must_answer_in_its_last_step() {
    let mut not_agentic = agent(2);
    not_agentic.last_step_without_tools = true;
    let mut bench = Bench::new(program(not_agentic, vec![respond()]));
    bench.say("x");
    assert_eq!(
        bench.asked.clone().expect("asked").1.tool_choice,
        ToolChoice::Auto
    );
    bench.call_tools(&[("search", json!({}))]);
    let results = bench.results(&json!(1));
    bench.resume(results);
    let request = bench.asked.clone().expect("asked").1;
    assert_eq!(request.tool_choice, ToolChoice::None);
    assert!(
        !request.tools.is_empty(),
        "a transcript with calls needs its tools declared"
    );
}

#[test]
fn the_same_continuation_again_uses_new_ids_and_stores_results_once() {
    let mut bench = bench();
    bench.say("x");
    bench.call_tools(&[("search", json!({}))]);
    let results = bench.results(&json!(1));
    bench.resume(results.clone());
    let first = bench.delta(Delta::Text("a".into()));
    bench.resume(results);
    let second = bench.delta(Delta::Text("a".into()));
    assert_ne!(first, second, "the ids of a repeated leg are new");
    let stored = bench
        .items
        .iter()
        .filter(|item| matches!(item.body, domain::Body::Result { .. }));
    assert_eq!(stored.count(), 1);
}

#[test]
fn a_new_trigger_answers_the_calls_that_were_left_open() {
    let mut bench = bench();
    bench.say("x");
    bench.call_tools(&[("search", json!({}))]);
    bench.say("never mind");
    let (_, request) = bench.asked.clone().expect("asked");
    let last = request.turns.last().expect("a turn");
    assert!(
        matches!(&last.parts[..], [Part::Result { .. }, Part::Text(_)]),
        "{last:?}"
    );
}

#[test]
fn results_of_unknown_calls_are_ignored() {
    let mut bench = bench();
    bench.say("x");
    bench.call_tools(&[("search", json!({}))]);
    let mut results = bench.results(&json!(1));
    let stray = ToolAnswer {
        tool_call_id: "stray".into(),
        ..results[0].clone()
    };
    results.insert(0, stray);
    let log = bench.resume(results);
    assert!(!log.contains("stray"), "{log}");
}
