//! Legs that end early keep what came.

use domain::{Body, Delta};
use serde_json::json;

use super::bench::respond;
use super::{Bench, agent, program};
use crate::CancelReason;

#[test]
fn a_client_that_leaves_loses_nothing_of_the_text() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    bench.delta(Delta::Text("Half a sen".into()));
    let log = bench.cancel(CancelReason::Disconnected);
    insta::assert_snapshot!(log);
}

#[test]
fn draining_tells_the_client_to_try_again() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    let log = bench.cancel(CancelReason::Draining);
    assert!(
        log.contains(r#""retryable":true"#) && log.contains("= Stop"),
        "{log}"
    );
}

#[test]
fn a_call_that_was_cut_off_is_not_stored_and_a_whole_one_is() {
    for (ended, stored) in [(false, 0), (true, 1)] {
        let mut bench = Bench::new(program(agent(10), vec![respond()]));
        bench.say("hi");
        bench.delta(Delta::ToolStart {
            slot: 0,
            name: "search".into(),
            opaque: None,
        });
        bench.delta(Delta::ToolArguments {
            slot: 0,
            fragment: json!({"q": 1}).to_string(),
        });
        if ended {
            bench.delta(Delta::ToolEnd { slot: 0 });
        }
        bench.cancel(CancelReason::Disconnected);
        let calls = bench
            .items
            .iter()
            .filter(|item| matches!(item.body, Body::Call(_)));
        assert_eq!(calls.count(), stored);
    }
}

#[test]
fn after_the_end_nothing_is_wanted() {
    let mut bench = Bench::new(program(agent(10), vec![respond()]));
    bench.say("hi");
    bench.cancel(CancelReason::TimeLimit);
    assert_eq!(bench.cancel(CancelReason::Disconnected), "");
}
