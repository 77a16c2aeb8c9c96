//! Threads beside the main one: how they talk, who sees what is said in them, and how one is written down.

use domain::{
    Audience, Body, Delta, Display, FileReference, LogBody, ModelRequest, Part, Role, StreamEvent,
    ThreadId, Turn, UiMessage, UiPart,
};
use protocol::program::{
    AddMessage, Agent, Argument, Block, BlockKind, Entry, NextMessage, Piece, Place, Prompt,
    SerializeThread, SetResource, Setting, StartThread, ThreadFormat, ToolCall, ToolIndex,
    UiContent,
};
use serde_json::json;

use super::bench::{block, respond};
use super::folds::stored;
use super::{Bench, agent, program};
use crate::messages;

pub(super) fn within(thread: &str, block: Block) -> Block {
    let thread = ThreadId::from(thread);
    Block { thread, ..block }
}

fn prompt(piece: Piece) -> Prompt {
    Prompt {
        pieces: [piece].into(),
    }
}

fn text(text: &str) -> Prompt {
    prompt(Piece::Text(text.into()))
}

fn variable(name: &str) -> Place {
    Place::Variable(name.into())
}

pub(super) fn start(thread: &str, agent: Agent) -> Block {
    let thread = thread.into();
    let kind = BlockKind::StartThread(StartThread {
        thread,
        agent: Box::new(agent),
    });
    block("Start", Display::Hidden, kind)
}

fn message(role: Role, said: &str) -> AddMessage {
    AddMessage {
        role,
        prompt: Some(text(said)),
        ui_content: None,
        visible: true,
        files: Vec::new(),
    }
}

fn add(kind: AddMessage) -> Block {
    block("Add more", Display::Hidden, BlockKind::AddMessage(kind))
}

fn user(said: &str) -> Block {
    add(message(Role::User, said))
}

/// A next-message block that streams, and keeps its answer in `ANSWER`.
pub(super) fn next(independent: bool) -> Block {
    let kind = NextMessage {
        output: Some("ANSWER".into()),
        independent,
        response_type: None,
    };
    block("Ask", Display::Stream, BlockKind::NextMessage(kind))
}

pub(super) fn serialize(thread: &str, format: ThreadFormat) -> Block {
    let kind = BlockKind::SerializeThread(SerializeThread {
        thread: thread.into(),
        format,
        output: Some("WRITTEN".into()),
    });
    block("Write down", Display::Name, kind)
}

fn bench(blocks: Vec<Block>) -> Bench {
    Bench::new(program(agent(10), blocks))
}

fn asked(bench: &Bench) -> ModelRequest {
    bench.asked.clone().expect("a model was asked").1
}

/// What the model reads, as `role: text` lines.
fn said(turns: &[Turn]) -> Vec<String> {
    let mut lines = Vec::new();
    for turn in turns {
        for part in &turn.parts {
            let said = match part {
                Part::Text(text) => text.to_string(),
                Part::Call(call) => format!("calls {}", call.name),
                Part::Result { call, .. } => format!("result of {}", call.name),
                Part::Reasoning { text, .. } => format!("thinks {text}"),
                Part::Media(media) => format!("shows {}", media.media_type),
            };
            lines.push(format!("{:?}: {said}", turn.role));
        }
    }
    lines
}

fn ui(bench: &Bench) -> Vec<UiMessage> {
    messages::ui(messages::chat(&stored(&bench.items), None), None)
}

fn file(id: &str) -> FileReference {
    FileReference {
        id: id.into(),
        media_type: "image/png".into(),
        url: format!("https://example.com/{id}.png"),
        filename: Some(format!("{id}.png")),
        size: None,
    }
}

#[test]
fn a_thread_talks_as_it_was_settled_when_it_was_started() {
    let its_own = Agent {
        model: Setting::From(variable("MODEL")),
        system: Some(prompt(Piece::Value(variable("ANSWER")))),
        tools: vec![ToolIndex(1)],
        temperature: Some(Setting::From(variable("WARMTH"))),
        ..agent(3)
    };
    let mut bench = bench(vec![
        start("side", its_own),
        next(false),
        within("side", next(false)),
    ]);
    let variables = &mut bench.state.variables;
    variables.insert("MODEL".into(), json!("openai/other"));
    variables.insert("ANSWER".into(), json!("before"));
    variables.insert("WARMTH".into(), json!("0.5"));
    bench.say("hi");
    bench.answer("after");
    let request = asked(&bench);
    assert_eq!(request.model.to_string(), "openai/other");
    assert_eq!(
        request.system.as_deref(),
        Some("before"),
        "the answer comes too late"
    );
    assert_eq!(request.temperature, Some(0.5));
    let tools: Vec<&str> = request.tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(tools, ["search"]);
    let created = bench
        .log
        .iter()
        .find(|entry| matches!(entry.body, LogBody::ThreadCreated { .. }));
    let thread = created.and_then(|entry| entry.thread.as_ref());
    assert_eq!(thread.map(ThreadId::as_str), Some("side"));
}

#[test]
fn a_setting_that_is_none_fails_the_execution() {
    let its_own = Agent {
        model: Setting::From(variable("MODEL")),
        ..agent(1)
    };
    let mut bench = bench(vec![start("side", its_own), respond()]);
    bench
        .state
        .variables
        .insert("MODEL".into(), json!("nonsense"));
    let log = bench.say("hi");
    assert!(log.contains("MODEL holds `nonsense`"), "{log}");
    assert!(bench.ended && bench.state.threads.is_empty());
}

#[test]
fn a_thread_that_nobody_started_has_the_agents_model_alone() {
    let with_prompt = Agent {
        system: Some(text("You are the agent.")),
        temperature: Some(Setting::Fixed(1.0)),
        ..agent(10)
    };
    let mut bench = Bench::new(program(with_prompt, vec![within("side", next(false))]));
    bench.say("hi");
    let request = asked(&bench);
    assert_eq!(request.model.to_string(), "anthropic/test");
    assert_eq!((request.system, request.temperature), (None, None));
    assert!(request.tools.is_empty());
}

#[test]
fn starting_a_thread_again_drops_what_was_said_in_it() {
    let mut bench = bench(vec![
        start("side", agent(1)),
        within("side", user("first")),
        within("side", next(false)),
        serialize("side", ThreadFormat::Json),
    ]);
    bench.say("hi");
    bench.answer("one");
    bench.say("again");
    assert_eq!(said(&asked(&bench).turns), ["User: first"]);
    bench.answer("two");
    let expected = r#"[{"content":"first","role":"user"},{"content":"two","role":"assistant"}]"#;
    assert_eq!(bench.state.variables["WRITTEN"], expected);
}

#[test]
fn a_thread_goes_on_in_the_next_turn() {
    let mut bench = bench(vec![
        within("side", user("ping")),
        within("side", next(false)),
    ]);
    bench.say("hi");
    bench.answer("pong");
    bench.say("again");
    let lines = ["User: ping", "Assistant: pong", "User: ping"];
    assert_eq!(said(&asked(&bench).turns), lines);
}

#[test]
fn what_is_sent_of_a_thread_carries_its_name() {
    let mut bench = bench(vec![
        start("side", agent(5)),
        within("side", user("look it up")),
        within("side", next(false)),
    ]);
    let mut log = bench.say("hi");
    log += &bench.call_tools(&[("search", json!({}))]);
    log += "--- continued\n";
    let results = bench.results(&json!("found"));
    log += &bench.resume(results);
    log += &bench.answer("done");
    insta::assert_snapshot!(log);
}

#[test]
fn a_reload_shows_a_threads_parts_beside_the_chat() {
    let mut bench = bench(vec![within("side", next(false)), respond()]);
    bench.say("hi");
    bench.answer("aside");
    bench.answer("to you");
    let shown = ui(&bench);
    let [_, answer] = &shown[..] else {
        panic!("{shown:?}")
    };
    let texts: Vec<_> = answer
        .parts
        .iter()
        .filter_map(|part| match part {
            UiPart::Text { text, thread, .. } => {
                Some((&**text, thread.as_ref().map(ThreadId::as_str)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(texts, [("aside", Some("side")), ("to you", None)]);
    let chat = messages::chat(&stored(&bench.items), None);
    assert_eq!(chat[1].content, "to you");
}

#[test]
fn an_independent_answer_is_kept_aside() {
    let mut bench = bench(vec![next(true), respond()]);
    let mut log = bench.say("hi");
    log += &bench.answer("rough");
    assert_eq!(said(&asked(&bench).turns), ["User: hi"]);
    log += &bench.answer("fine");
    insta::assert_snapshot!(log);
    assert_eq!(bench.state.variables["ANSWER"], "rough");
    let shown = ui(&bench);
    assert!(!format!("{shown:?}").contains("rough"));
    assert_eq!(
        shown[1].parts.len(),
        1,
        "no mark of a step that is not shown"
    );
    bench.say("more");
    let lines = ["User: hi", "Assistant: fine", "User: more"];
    assert_eq!(said(&asked(&bench).turns), lines);
}

#[test]
fn an_independent_answer_sees_the_conversation_and_uses_tools() {
    let mut bench = bench(vec![next(true), respond()]);
    bench.say("hi");
    bench.delta(Delta::Reasoning("hm".into()));
    bench.call_tools(&[("search", json!({ "q": "x" }))]);
    assert_eq!(
        bench.sent_types(),
        ["start", "block-start", "tool-request", "finish"]
    );
    let results = bench.results(&json!("found"));
    bench.resume(results);
    let lines = [
        "User: hi",
        "Assistant: thinks hm",
        "Assistant: calls search",
        "User: result of search",
    ];
    assert_eq!(said(&asked(&bench).turns), lines);
    bench.answer("rough");
    assert_eq!(bench.sent_types(), ["start", "block-end", "block-start"]);
    assert_eq!(said(&asked(&bench).turns), ["User: hi"]);
    assert!(ui(&bench).len() == 1, "only the user has said something");
}

#[test]
fn two_independent_answers_do_not_see_each_other() {
    let mut bench = bench(vec![next(true), next(true)]);
    bench.say("hi");
    bench.answer("one");
    assert_eq!(said(&asked(&bench).turns), ["User: hi"]);
}

#[test]
fn an_independent_answer_on_a_named_thread_is_part_of_that() {
    let mut bench = bench(vec![within("side", next(true)), within("side", next(true))]);
    bench.say("hi");
    bench.answer("one");
    let Some(StreamEvent::BlockStart(start)) = bench.sent.get(1) else {
        panic!("{:?}", bench.sent)
    };
    assert_eq!(start.output_to_chat, Some(false));
    assert!(bench.sent_types().contains(&"text-delta".to_owned()));
    let lines = said(&asked(&bench).turns);
    assert!(lines.contains(&"Assistant: one".to_owned()), "{lines:?}");
}

/// A conversation of everything that a client sees, and of much that it does not.
fn colourful(format: ThreadFormat) -> Vec<Block> {
    let hidden = AddMessage {
        visible: false,
        ..message(Role::User, "a directive")
    };
    let form = AddMessage {
        ui_content: Some(UiContent {
            place: variable("FORM"),
            type_name: None,
        }),
        files: vec![variable("FILE")],
        ..message(Role::User, "the prompt of the form")
    };
    let call = ToolCall {
        tool: ToolIndex(1),
        arguments: [("q".into(), Argument::Literal(json!("x")))].into(),
        output: None,
    };
    let save = SetResource {
        resource: "NOTE".into(),
        value: variable("FORM"),
    };
    vec![
        respond(),
        add(hidden),
        add(message(Role::System, "a system message")),
        add(form),
        block("Draft", Display::Hidden, respond().kind),
        next(true),
        block("Call", Display::Description, BlockKind::ToolCall(call)),
        block("Save", Display::Name, BlockKind::SetResource(save)),
        respond(),
        serialize("main", format),
    ]
}

fn written(format: ThreadFormat) -> String {
    let mut bench = bench(colourful(format));
    let variables = &mut bench.state.variables;
    variables.insert("FORM".into(), json!({ "stars": 5 }));
    variables.insert("FILE".into(), json!(file("photo")));
    bench.say("hi");
    for answer in ["hello", "a hidden draft", "an independent answer"] {
        bench.answer(answer);
    }
    let results = bench.results(&json!("a result"));
    bench.resume(results);
    bench.delta(Delta::Reasoning("thinking".into()));
    let log = bench.answer("bye");
    assert!(log.contains(r#""blockType":"serialize-thread""#), "{log}");
    let written = bench.state.variables["WRITTEN"].as_str();
    written.expect("text").to_owned()
}

#[test]
fn the_main_thread_is_written_down_as_the_client_saw_it() {
    insta::assert_snapshot!(written(ThreadFormat::Markdown));
    let json: serde_json::Value =
        serde_json::from_str(&written(ThreadFormat::Json)).expect("valid JSON");
    insta::assert_snapshot!(format!("{json:#}"));
}

#[test]
fn a_named_thread_is_written_down_as_its_model_saw_it() {
    let mut bench = bench(vec![
        within("side", user("summarise")),
        within("side", block("Ask", Display::Hidden, next(false).kind)),
        serialize("side", ThreadFormat::Markdown),
    ]);
    bench.say("hi");
    bench.answer("a summary");
    let expected = "**User:** summarise\n\n**Assistant:** a summary";
    assert_eq!(bench.state.variables["WRITTEN"], expected);
}

#[test]
fn what_is_written_down_is_an_operation() {
    let mut bench = bench(vec![serialize("main", ThreadFormat::Markdown)]);
    insta::assert_snapshot!(bench.say("hi"));
}

#[test]
fn a_thread_without_messages_is_written_down_as_nothing() {
    for (format, expected) in [(ThreadFormat::Markdown, ""), (ThreadFormat::Json, "[]")] {
        let mut bench = bench(vec![serialize("side", format)]);
        bench.say("hi");
        assert_eq!(bench.state.variables["WRITTEN"], expected);
    }
}

#[test]
fn a_message_on_a_named_thread_is_for_the_model_alone() {
    let with_file = AddMessage {
        files: vec![variable("FILE")],
        ..message(Role::User, "look")
    };
    let mut bench = bench(vec![
        within("side", add(with_file)),
        within("side", next(false)),
    ]);
    bench
        .state
        .variables
        .insert("FILE".into(), json!(file("photo")));
    bench.say("hi");
    assert_eq!(
        said(&asked(&bench).turns),
        ["User: shows image/png", "User: look"]
    );
    let of_side = bench.items.iter().filter(|item| !item.thread.is_main());
    let audiences: Vec<Audience> = of_side.map(|item| item.audience).collect();
    assert_eq!(audiences, [Audience::Model, Audience::Model]);
}

#[test]
fn a_value_without_a_prompt_reaches_the_model_of_every_thread() {
    let form = || AddMessage {
        prompt: None,
        ui_content: Some(UiContent {
            place: variable("FORM"),
            type_name: None,
        }),
        ..message(Role::User, "")
    };
    let directive = AddMessage {
        visible: false,
        ..form()
    };
    let mut bench = bench(vec![
        add(directive),
        within("side", add(form())),
        within("side", next(false)),
        next(false),
    ]);
    bench
        .state
        .variables
        .insert("FORM".into(), json!("five stars"));
    bench.say("hi");
    assert_eq!(said(&asked(&bench).turns), ["User: five stars"]);
    bench.answer("ok");
    let lines = ["User: hi", "User: five stars"];
    assert_eq!(said(&asked(&bench).turns), lines);
    assert!(!format!("{:?}", ui(&bench)).contains("five stars"));
}

#[test]
fn files_stand_before_the_content() {
    let with_files = AddMessage {
        files: ["ONE", "ABSENT", "TWO", "OTHER"].map(variable).to_vec(),
        ..message(Role::User, "two pictures and one more")
    };
    let mut bench = bench(vec![add(with_files)]);
    let variables = &mut bench.state.variables;
    variables.insert("ONE".into(), json!([file("a"), file("b")]));
    variables.insert("TWO".into(), json!(file("c")));
    variables.insert("OTHER".into(), json!("no file"));
    bench.say("hi");
    let bodies: Vec<String> = bench.items[1..]
        .iter()
        .map(|item| match &item.body {
            Body::File { file, .. } => file.id.clone(),
            body => format!("{body:?}"),
        })
        .collect();
    assert_eq!(bodies[..3], ["a", "b", "c"]);
    assert!(bodies[3].starts_with("Text"), "{bodies:?}");
    let [_, message] = &ui(&bench)[..] else {
        panic!("{:?}", ui(&bench))
    };
    assert_eq!(message.role, Role::User);
    assert_eq!(message.parts.len(), 4);
}

#[test]
fn what_the_user_said_stands_above_what_the_handler_did_before() {
    let mut handler = vec![
        start("side", agent(1)),
        serialize("main", ThreadFormat::Json),
        within("side", next(false)),
    ];
    let mut program = program(agent(10), vec![respond()]);
    let Entry::Interactive { triggers, .. } = &mut program.entry else {
        panic!("it is no worker");
    };
    let trigger = triggers.get_mut("user-message").expect("it has one");
    handler.append(&mut trigger.handler);
    trigger.handler = handler;
    let mut bench = Bench::new(program);
    bench.say("hi");
    bench.answer("an opinion");
    bench.answer("hello");
    let roles: Vec<Role> = ui(&bench).iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant]);
}
