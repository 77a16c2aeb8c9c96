//! Answers that are objects: streamed, checked, repaired once, together with tools.

use std::sync::Arc;

use domain::{Body, Delta, Display, FinishReason, LogBody, Part, ToolChoice, UiPart};
use protocol::program::{Agent, Block, BlockKind, Form, NamedType, NextMessage, Property, Type};
use serde_json::json;

use super::bench::block;
use super::folds::stored;
use super::{Bench, agent, program};
use crate::{CancelReason, messages};

fn verdict() -> Arc<NamedType> {
    let property = |name: &str, ty| Property {
        name: name.into(),
        ty,
        description: None,
        optional: false,
        allowed: Vec::new(),
        constant: None,
    };
    Arc::new(NamedType {
        name: "Verdict".into(),
        description: Some("What to do".into()),
        form: Form::Object(vec![
            property("good", Type::Boolean),
            property("why", Type::String),
        ]),
    })
}

pub(super) fn judge(display: Display) -> Block {
    let kind = NextMessage {
        output: Some("VERDICT".into()),
        independent: false,
        response_type: Some(verdict()),
    };
    block("Judge", display, BlockKind::NextMessage(kind))
}

fn without_tools() -> Agent {
    Agent {
        tools: Vec::new(),
        ..agent(1)
    }
}

const GOOD: &str = r#"{"good": true, "why": "so"}"#;

fn texts(log: &str) -> Vec<&str> {
    let lines = log.lines();
    lines
        .filter(|line| line.contains(r#""type":"text-"#))
        .collect()
}

/// The text that was sent.
fn said(log: &str) -> String {
    let events = texts(log)
        .into_iter()
        .filter_map(|line| line.split_once("> "));
    events
        .map(|(_, json)| serde_json::from_str::<serde_json::Value>(json).expect("JSON"))
        .filter_map(|event| Some(event["delta"].as_str()?.to_owned()))
        .collect()
}

#[test]
fn an_object_is_streamed_without_what_stands_around_it() {
    let mut bench = Bench::new(program(without_tools(), vec![judge(Display::Stream)]));
    bench.say("hi");
    let (_, request) = bench.asked.clone().expect("asked");
    let format = request.response_format.expect("a format");
    assert_eq!(&*format.name, "Verdict");
    assert_eq!(format.schema["required"], json!(["good", "why"]));
    let mut log = String::new();
    for piece in [
        "Here:\n```json\n{\"go",
        "od\": true, \"why\"",
        ": \"so\"}\n``",
        "`\nDone.",
    ] {
        log += &bench.delta(Delta::Text(piece.into()));
    }
    log += &bench.delta(Delta::Finish(FinishReason::Stop));
    insta::assert_snapshot!(log);
    assert_eq!(
        bench.state.variables["VERDICT"],
        json!({"good": true, "why": "so"})
    );
    let said = bench.log.iter().rev().find_map(|entry| match &entry.body {
        LogBody::Message {
            response_type,
            content,
            ..
        } => Some((response_type.clone(), content.clone())),
        _ => None,
    });
    assert_eq!(said, Some((Some("Verdict".into()), GOOD.into())));
}

#[test]
fn a_reload_shows_the_object() {
    let mut bench = Bench::new(program(without_tools(), vec![judge(Display::Stream)]));
    bench.say("hi");
    bench.answer(GOOD);
    let chat = messages::chat(&stored(&bench.items), None);
    let part = serde_json::to_value(&chat[1].parts[0]).expect("JSON");
    assert_eq!(part["type"], "object");
    assert_eq!(part["object"]["value"]["why"], "so");
    let ui = messages::ui(chat, None);
    let UiPart::Object { id, type_name, .. } = &ui[1].parts[0] else {
        panic!("{ui:?}")
    };
    assert_eq!(type_name, "Verdict");
    assert!(format!("{:?}", bench.sent).contains(&format!("TextStart {{ id: {id:?}")));
    bench.say("again");
    let (_, request) = bench.asked.clone().expect("asked");
    let Part::Text(text) = &request.turns[1].parts[0] else {
        panic!("{:?}", request.turns)
    };
    assert!(text.contains(r#""why": "so""#), "{text}");
}

#[test]
fn a_wrong_answer_is_asked_for_once_more() {
    let mut bench = Bench::new(program(without_tools(), vec![judge(Display::Stream)]));
    bench.say("hi");
    let log = bench.answer(r#"{"good": "yes", "why": "so"}"#);
    assert!(!log.contains("= Step\n  +"), "{log}");
    // What was sent of it ends, and is no JSON, so that no client takes it for the object.
    assert_eq!(said(&log), r#"{"good": "yes", "why": "so""#);
    assert!(log.contains("text-end"), "{log}");
    let (_, request) = bench.asked.clone().expect("asked again");
    insta::assert_debug_snapshot!(request.turns);
    assert_eq!(request.tool_choice, ToolChoice::None);
    let log = bench.answer(GOOD);
    assert_eq!(said(&log), GOOD);
    assert!(bench.ended);
    assert_eq!(bench.state.variables["VERDICT"]["good"], true);
    let bodies: Vec<&Body> = bench.items[1..].iter().map(|item| &item.body).collect();
    assert!(
        matches!(bodies[..], [Body::Step, Body::Object { .. }]),
        "{bodies:?}"
    );
}

#[test]
fn an_answer_that_is_wrong_twice_ends_the_execution() {
    for wrong in ["I would rather not.", "{\"good\": tr", "{}", ""] {
        let mut bench = Bench::new(program(without_tools(), vec![judge(Display::Stream)]));
        bench.say("hi");
        bench.answer(wrong);
        assert!(!bench.ended);
        let log = bench.answer(wrong);
        assert!(log.contains(r#""errorType":"protocol_error""#), "{log}");
        assert!(serde_json::from_str::<serde_json::Value>(&said(&log)).is_err());
        assert!(bench.ended && !bench.state.variables.contains_key("VERDICT"));
        assert_eq!(bench.items.len(), 1, "nothing of it is kept");
    }
}

#[test]
fn only_the_text_of_the_last_step_is_the_object() {
    let mut bench = Bench::new(program(agent(3), vec![judge(Display::Stream)]));
    let mut log = bench.say("hi");
    log += &bench.delta(Delta::Text("Let me look {that} up.".into()));
    log += &bench.call_tools(&[("search", json!({}))]);
    log += "--- continued\n";
    let results = bench.results(&json!(1));
    log += &bench.resume(results);
    log += &bench.answer(&format!("```json\n{GOOD}\n```"));
    insta::assert_snapshot!(log);
}

#[test]
fn the_last_step_must_be_the_object() {
    let mut bench = Bench::new(program(agent(2), vec![judge(Display::Stream)]));
    bench.say("hi");
    bench.call_tools(&[("search", json!({}))]);
    let results = bench.results(&json!(1));
    bench.resume(results);
    let (_, request) = bench.asked.clone().expect("asked");
    assert_eq!(request.tool_choice, ToolChoice::None);
    let log = bench.delta(Delta::Text(GOOD.into()));
    assert_eq!(texts(&log).len(), 2, "it is streamed: {log}");
}

#[test]
fn a_model_that_never_gives_the_object_fails() {
    let mut bench = Bench::new(program(agent(1), vec![judge(Display::Stream)]));
    bench.say("hi");
    bench.call_tools(&[("search", json!({}))]);
    let results = bench.results(&json!(1));
    let log = bench.resume(results);
    assert!(log.contains(r#""errorType":"protocol_error""#), "{log}");
}

#[test]
fn nothing_of_an_object_is_shown_where_its_block_is_not() {
    for display in [Display::Hidden, Display::Name] {
        let mut bench = Bench::new(program(without_tools(), vec![judge(display)]));
        bench.say("hi");
        let log = bench.answer(GOOD);
        assert!(texts(&log).is_empty(), "{log}");
        assert_eq!(bench.state.variables["VERDICT"]["why"], "so");
    }
}

#[test]
fn an_object_that_its_model_cuts_off_is_not_asked_for_again() {
    let mut bench = Bench::new(program(without_tools(), vec![judge(Display::Stream)]));
    bench.say("hi");
    bench.delta(Delta::Text(r#"{"good": "#.into()));
    let log = bench.delta(Delta::Finish(FinishReason::Length));
    assert!(log.contains("was cut off before its object"), "{log}");
    assert!(log.contains("text-end") && bench.ended, "{log}");
}

#[test]
fn an_object_that_was_cut_off_is_not_kept() {
    let mut bench = Bench::new(program(without_tools(), vec![judge(Display::Stream)]));
    bench.say("hi");
    bench.delta(Delta::Text(r#"{"good": "#.into()));
    bench.cancel(CancelReason::Disconnected);
    assert_eq!(bench.items.len(), 1);
}
