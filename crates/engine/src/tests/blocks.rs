//! The effects of each kind of block.

use std::sync::Arc;

use domain::{Audience, Display, Role};
use protocol::program::{
    AddMessage, Argument, Block, BlockKind, Condition, NextMessage, Piece, Place, Prompt,
    SetResource, ToolCall, ToolIndex, UiContent,
};
use serde_json::json;

use super::bench::{block, respond};
use super::{Bench, agent, program};

fn text_place() -> Place {
    Place::TriggerInput("TEXT".into())
}

pub(super) fn set_resource(display: Display) -> Block {
    let kind = SetResource {
        resource: "NOTE".into(),
        value: text_place(),
    };
    block("Save", display, BlockKind::SetResource(kind))
}

pub(super) fn tool_call() -> BlockKind {
    BlockKind::ToolCall(ToolCall {
        tool: ToolIndex(0),
        arguments: [
            ("zone".into(), Argument::Literal(json!("UTC"))),
            ("text".into(), Argument::Value(text_place())),
            (
                "absent".into(),
                Argument::Value(Place::Variable("ABSENT".into())),
            ),
        ]
        .into(),
        output: Some("TIME".into()),
    })
}

#[test]
fn set_resource_tells_the_client() {
    let mut bench = Bench::new(program(agent(10), vec![set_resource(Display::Name)]));
    insta::assert_snapshot!(bench.say("remember"));
    assert_eq!(bench.state.resources["NOTE"], "remember");
}

#[test]
fn a_hidden_set_resource_still_tells_the_client() {
    let mut bench = Bench::new(program(agent(10), vec![set_resource(Display::Hidden)]));
    bench.say("remember");
    assert_eq!(bench.sent_types(), ["start", "resource-update", "finish"]);
}

#[test]
fn a_tool_call_block_asks_the_client_and_fills_its_variable() {
    let blocks = vec![block("Call", Display::Description, tool_call()), respond()];
    let mut bench = Bench::new(program(agent(10), blocks));
    let mut log = bench.say("x");
    log += "--- continued\n";
    let results = bench.results(&json!({"at": 12}));
    log += &bench.resume(results);
    insta::assert_snapshot!(log);
    assert_eq!(bench.state.variables["TIME"], json!({"at": 12}));
    let (_, request) = bench.asked.clone().expect("asked");
    assert_eq!(request.turns.len(), 1, "the model never made that call");
}

#[test]
fn a_failed_tool_call_block_leaves_the_error_in_its_variable() {
    let blocks = vec![block("Call", Display::Description, tool_call()), respond()];
    let mut bench = Bench::new(program(agent(10), blocks));
    bench.say("x");
    let mut results = bench.results(&json!(null));
    results[0].error = Some("boom".into());
    bench.resume(results);
    assert_eq!(bench.state.variables["TIME"], json!({"error": "boom"}));
    assert!(bench.asked.is_some(), "the handler goes on");
}

#[test]
fn a_hidden_tool_call_block_only_asks() {
    let mut bench = Bench::new(program(
        agent(10),
        vec![block("Call", Display::Hidden, tool_call())],
    ));
    bench.say("x");
    assert_eq!(bench.sent_types(), ["start", "tool-request", "finish"]);
    let results = bench.results(&json!(1));
    bench.resume(results);
    assert_eq!(bench.sent_types(), ["start", "finish"]);
}

fn add(visible: bool, ui_content: Option<UiContent>) -> BlockKind {
    let prompt = Some(Prompt {
        pieces: [Piece::Text("directive".into())].into(),
    });
    BlockKind::AddMessage(AddMessage {
        role: Role::User,
        prompt,
        ui_content,
        visible,
        files: Vec::new(),
    })
}

#[test]
fn a_directive_is_for_the_model_alone() {
    let mut bench = Bench::new(program(
        agent(10),
        vec![block("D", Display::Hidden, add(false, None))],
    ));
    bench.say("x");
    assert_eq!(bench.items[1].audience, Audience::Model);
}

#[test]
fn ui_content_is_shown_in_place_of_the_prompt() {
    let shown = UiContent {
        place: text_place(),
        type_name: None,
    };
    let blocks = vec![block("D", Display::Hidden, add(true, Some(shown)))];
    let mut bench = Bench::new(program(agent(10), blocks));
    insta::assert_snapshot!(bench.say("what the user sees"));
}

#[test]
fn prompts_take_values_and_branches() {
    let name = Place::Input("NAME".into());
    let pieces = vec![
        Piece::Text("\nName: ".into()),
        Piece::Value(name.clone()),
        Piece::If {
            branches: vec![
                (
                    Condition::Equals(name.clone(), "Ann".into()),
                    vec![Piece::Text(" (ours)".into())],
                ),
                (
                    Condition::Truthy(name),
                    vec![Piece::Text(" (a guest)".into())],
                ),
            ],
            otherwise: vec![Piece::Text(" (nobody)".into())],
        },
    ];
    let prompt = Prompt {
        pieces: Arc::from(pieces),
    };
    let render = |input| {
        let session = domain::SessionState {
            input,
            ..Default::default()
        };
        let trigger_input = domain::JsonMap::new();
        let scope = crate::scope::Scope {
            trigger_input: &trigger_input,
            session: &session,
        };
        scope.render(&prompt).to_string()
    };
    let with = |value| [("NAME".to_owned(), value)].into_iter().collect();
    assert_eq!(render(with(json!("Ann"))), "Name: Ann (ours)");
    assert_eq!(render(with(json!("Bob"))), "Name: Bob (a guest)");
    assert_eq!(render(with(json!(0))), "Name: 0 (nobody)");
    assert_eq!(render(with(json!([1]))), "Name: [\n  1\n] (a guest)");
    assert_eq!(render(domain::JsonMap::new()), "Name: NONE (nobody)");
}

#[test]
fn two_answers_of_one_handler_are_one_message() {
    let kind = BlockKind::NextMessage(NextMessage {
        output: None,
        independent: false,
        response_type: None,
    });
    let blocks = vec![respond(), block("More", Display::Stream, kind)];
    let mut bench = Bench::new(program(agent(10), blocks));
    bench.say("x");
    bench.answer("one");
    let (_, request) = bench.asked.clone().expect("asked again");
    assert_eq!(
        request.turns.len(),
        3,
        "the model must not speak twice in a row: {request:?}"
    );
    bench.answer("two");
    assert!(bench.ended);
    assert_eq!(
        bench
            .items
            .iter()
            .filter(|item| item.message.as_str() == "m1")
            .count(),
        3
    );
}
