//! Workers: as tools of a model, as blocks, side by side, within each other, and by themselves.

use std::sync::Arc;

use domain::{
    Delta, Display, ErrorInfo, ErrorType, FinishReason, LogBody, Outcome, Role, StreamEvent, Usage,
};
use protocol::program::{
    AddMessage, Agent, Argument, Block, BlockKind, Entry, Field, NextMessage, Piece, Place,
    Program, Prompt, RunWorker, SetResource, Setting, StartThread, Tool, ToolIndex, Type, Worker,
    WorkerIndex,
};
use serde_json::{Value, json};

use super::bench::{block, respond};
use super::folds::stored;
use super::threads::within;
use super::{Bench, agent, program};
use crate::{CallId, CancelReason, Input, Pin, Programs, Reply, WorkerProgram, messages};

const STREAM: Display = Display::Stream;

fn place(name: &str) -> Place {
    Place::Variable(name.into())
}

/// A worker that asks its model about a topic, with the tool `look`.
pub(super) fn research() -> Program {
    let topic = Field {
        name: "TOPIC".into(),
        ty: Type::String,
        description: Some("What to look into".into()),
        optional: false,
        default: None,
        allowed: Vec::new(),
    };
    let thread = Agent {
        tools: vec![ToolIndex(0)],
        max_steps: Setting::Fixed(3),
        ..Agent::new(Setting::Fixed("openai/worker".parse().expect("a model")))
    };
    let add = AddMessage {
        role: Role::User,
        prompt: Some(Prompt {
            pieces: [Piece::Value(Place::Input("TOPIC".into()))].into(),
        }),
        ui_content: None,
        visible: true,
        files: Vec::new(),
    };
    let next = NextMessage {
        output: Some("RESULT".into()),
        independent: false,
        response_type: None,
    };
    let start = StartThread {
        thread: "research".into(),
        agent: Box::new(thread),
    };
    let of_thread = |name, display, kind| within("research", block(name, display, kind));
    worker(
        vec![topic],
        vec![
            block("Start", Display::Hidden, BlockKind::StartThread(start)),
            of_thread("Add", Display::Hidden, BlockKind::AddMessage(add)),
            of_thread("Research", STREAM, BlockKind::NextMessage(next)),
        ],
    )
}

/// A worker whose model has another worker look into the topic.
pub(super) fn chief() -> Program {
    let mut chief = research();
    let mut researcher = declared("research", STREAM);
    researcher.tools = [("look".into(), ToolIndex(0))].into();
    chief.workers = vec![researcher];
    if let Entry::Worker { steps, .. } = &mut chief.entry
        && let BlockKind::StartThread(start) = &mut steps[0].kind
    {
        start.agent.workers = vec![WorkerIndex(0)];
    }
    chief
}

/// A worker whose output is `RESULT`.
pub(super) fn worker(inputs: Vec<Field>, steps: Vec<Block>) -> Program {
    let like = program(agent(1), Vec::new());
    let look = Tool {
        label: Some("Looking".into()),
        display: STREAM,
        ..like.tools[0].clone()
    };
    let mut look = look;
    look.def.name = "look".into();
    Program {
        inputs,
        variables: [
            ("RESULT".into(), None),
            ("SEEN".into(), Some(json!("worker"))),
        ]
        .into(),
        tools: vec![look],
        entry: Entry::Worker {
            steps,
            output: Some("RESULT".into()),
        },
        ..like
    }
}

pub(super) fn declared(slug: &str, display: Display) -> Worker {
    Worker {
        slug: slug.into(),
        description: Some("Looks into a topic".into()),
        display,
        label: Some("Researching".into()),
        tools: [("look".into(), ToolIndex(1))].into(),
    }
}

pub(super) fn pinned(program: Program) -> WorkerProgram {
    WorkerProgram {
        pin: Pin {
            agent: "worker-agent".into(),
            revision: "w".into(),
        },
        program: Arc::new(program),
    }
}

/// An agent with two workers, both of which run the same program.
pub(super) fn programs(display: Display, blocks: Vec<Block>) -> Programs {
    let with_workers = Agent {
        workers: vec![WorkerIndex(0), WorkerIndex(1)],
        ..agent(5)
    };
    let mut main = program(with_workers, blocks);
    main.workers = vec![declared("research", display), declared("review", display)];
    main.variables.insert("SEEN".into(), Some(json!("agent")));
    Programs {
        main: Arc::new(main),
        workers: ["research", "review"]
            .map(|slug| (slug.into(), pinned(research())))
            .into(),
    }
}

pub(super) fn run_worker(display: Display, arguments: Value) -> Block {
    let Value::Object(arguments) = arguments else {
        panic!("not an object")
    };
    let arguments = arguments.into_iter();
    let arguments = arguments.map(|(name, value)| (name.as_str().into(), Argument::Literal(value)));
    let kind = BlockKind::RunWorker(RunWorker {
        worker: WorkerIndex(0),
        arguments: arguments.collect(),
        output: Some("FOUND".into()),
    });
    block("Run", display, kind)
}

fn bench(display: Display) -> Bench {
    Bench::with(programs(display, vec![respond()]))
}

/// The model calls of workers, the oldest first.
fn of_workers(bench: &Bench) -> Vec<CallId> {
    let models = bench.models.iter();
    let workers = models.filter(|(_, request)| &*request.model.provider == "openai");
    workers.map(|(call, _)| *call).collect()
}

pub(super) fn topic(topic: &str) -> Value {
    json!({ "TOPIC": topic })
}

fn call_tool_of(bench: &mut Bench, call: CallId, tool: &str) -> String {
    let name = tool.into();
    let start = Delta::ToolStart {
        slot: 0,
        name,
        opaque: None,
    };
    let arguments = Delta::ToolArguments {
        slot: 0,
        fragment: "{}".into(),
    };
    bench.delta_of(call, start)
        + &bench.delta_of(call, arguments)
        + &bench.delta_of(call, Delta::Finish(FinishReason::ToolCalls))
}

#[test]
fn a_worker_that_a_model_calls_is_shown_as_it_works() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    let mut log = bench.call_tools(&[("research", topic("ants"))]);
    let call = of_workers(&bench)[0];
    log += &bench.delta_of(call, Delta::Text("Hm. ".into()));
    log += &call_tool_of(&mut bench, call, "look");
    log += "--- continued\n";
    let results = bench.results(&json!("an ant"));
    log += &bench.resume(results);
    log += &bench.answer("Ants are small.");
    log += "--- the agent goes on\n";
    log += &bench.answer("They are small.");
    insta::assert_snapshot!(log);
    let (_, request) = bench.asked.clone().expect("asked");
    insta::assert_debug_snapshot!(request.turns.last());
}

#[test]
fn a_worker_is_a_tool_with_its_inputs() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    let (_, request) = bench.asked.clone().expect("asked");
    let tool = request.tools.iter().find(|tool| tool.name == "research");
    insta::assert_debug_snapshot!(tool);
}

/// What a client is sent of a worker, from its call to the end.
fn sent_of_worker(display: Display, by_block: bool) -> Vec<String> {
    let mut bench = if by_block {
        Bench::with(programs(STREAM, vec![run_worker(display, topic("ants"))]))
    } else {
        bench(display)
    };
    bench.say("hi");
    if !by_block {
        bench.call_tools(&[("research", topic("ants"))]);
    }
    bench.answer("Ants are small.");
    let sent = bench.sent.iter().map(|event| {
        let event = serde_json::to_value(event).expect("JSON");
        let text = |key: &str| event[key].as_str().map(str::to_owned);
        let kind = text("type").unwrap_or_default();
        let mut more = Vec::new();
        for key in ["input", "description", "output", "error"] {
            more.extend((!event[key].is_null()).then_some(key));
        }
        format!("{kind} {}", more.join("+")).trim().to_owned()
    });
    let skipped = if by_block { 1 } else { 2 };
    sent.skip(skipped).collect()
}

#[test]
fn a_worker_shows_what_its_display_allows() {
    let mut rows = Vec::new();
    for by_block in [false, true] {
        for display in [
            Display::Hidden,
            Display::Name,
            Display::Description,
            Display::Title,
            STREAM,
        ] {
            let by = if by_block { "block" } else { "model" };
            let sent = sent_of_worker(display, by_block).join("\n  ");
            rows.push(format!("{by}, {display:?}:\n  {sent}"));
        }
    }
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn a_block_runs_a_worker_and_keeps_its_output() {
    let block = run_worker(STREAM, topic("ants"));
    let mut bench = Bench::with(programs(STREAM, vec![block, respond()]));
    let mut log = bench.say("hi");
    log += &bench.answer("Ants are small.");
    insta::assert_snapshot!(log);
    assert_eq!(bench.state.variables["FOUND"], "Ants are small.");
    assert!(!bench.state.variables.contains_key("RESULT"));
    let (_, request) = bench.asked.clone().expect("asked");
    assert_eq!(request.turns.len(), 1, "no model has called it");
}

#[test]
fn a_worker_that_fails_is_an_error_in_the_variable_of_its_block() {
    let failures: [(&str, Value); 2] = [
        ("the model fails", topic("ants")),
        ("an input is missing", json!({})),
    ];
    for (case, input) in failures {
        let block = run_worker(STREAM, input);
        let mut bench = Bench::with(programs(STREAM, vec![block, respond()]));
        bench.say("hi");
        if let Some(call) = of_workers(&bench).first() {
            let error = ErrorInfo::platform(ErrorType::ProviderOverloaded, "busy");
            bench.step(Input::Reply(*call, Reply::Failed(error)));
        }
        let error = &bench.state.variables["FOUND"]["error"];
        assert!(error.is_string(), "{case}: {error}");
        assert!(!bench.ended, "{case}: the handler goes on");
        let result = bench.sent.iter().find_map(|event| match event {
            StreamEvent::WorkerResult { error, .. } => Some(error.clone()),
            _ => None,
        });
        assert!(result.flatten().is_some(), "{case}");
    }
}

#[test]
fn workers_run_side_by_side_and_pause_once() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    bench.call_tools(&[("research", topic("ants")), ("review", topic("bees"))]);
    let [ants, bees] = of_workers(&bench)[..] else {
        panic!("{:?}", bench.models)
    };
    let mut log = bench.delta_of(ants, Delta::Text("Ants".into()));
    log += &bench.delta_of(bees, Delta::Text("Bees".into()));
    log += &call_tool_of(&mut bench, ants, "look");
    assert!(!bench.ended, "the other one is still at work");
    log += &call_tool_of(&mut bench, bees, "look");
    assert!(bench.ended);
    log += "--- continued\n";
    let mut results = bench.results(&json!("seen"));
    assert_eq!(results.len(), 2);
    results.reverse();
    log += &bench.resume(results);
    let [ants, bees] = of_workers(&bench)[..] else {
        panic!("{:?}", bench.models)
    };
    log += &bench.answer_of(bees, "Bees fly.");
    log += &bench.answer_of(ants, "Ants walk.");
    log += "--- the agent goes on\n";
    log += &bench.answer("All done.");
    insta::assert_snapshot!(log);
}

#[test]
fn one_that_fails_leaves_the_others_alone() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    bench.call_tools(&[("research", topic("ants")), ("review", topic("bees"))]);
    let [ants, bees] = of_workers(&bench)[..] else {
        panic!("{:?}", bench.models)
    };
    let error = ErrorInfo::platform(ErrorType::ProviderError, "no ants");
    bench.step(Input::Reply(ants, Reply::Failed(error)));
    assert!(!bench.ended);
    bench.answer_of(bees, "Bees fly.");
    let (_, request) = bench.asked.clone().expect("the agent was asked again");
    let last = format!("{:?}", request.turns.last());
    assert!(
        last.contains("The model's provider failed.") && last.contains("Bees fly."),
        "{last}"
    );
}

#[test]
fn the_cards_of_a_worker_that_fails_are_ended() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    bench.call_tools(&[("research", topic("ants"))]);
    let call = of_workers(&bench)[0];
    bench.begin_call(call, 0, "look", "{}");
    let error = ErrorInfo::platform(ErrorType::ProviderError, "no ants");
    let log = bench.step(Input::Reply(call, Reply::Failed(error)));
    let place = |kind: &str| log.find(kind).unwrap_or_else(|| panic!("no {kind}: {log}"));
    assert!(place("tool-output-error") < place("block-end"), "{log}");
    assert!(place("block-end") < place("worker-result"), "{log}");
    let mut events = log.lines().filter(|line| line.starts_with("> "));
    assert!(
        !events.any(|event| event.contains("no ants")),
        "the words of a provider: {log}"
    );
}

#[test]
fn a_workers_tools_and_the_agents_are_asked_for_together() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    bench.call_tools(&[("research", topic("ants")), ("search", json!({}))]);
    assert!(!bench.ended, "the worker is at work");
    let call = of_workers(&bench)[0];
    let log = call_tool_of(&mut bench, call, "look");
    let request = log.lines().find(|line| line.contains("tool-request"));
    insta::assert_snapshot!(request.expect("a request"));
}

#[test]
fn a_worker_that_is_not_in_the_project_fails_when_it_is_run() {
    let mut programs = programs(STREAM, vec![respond()]);
    programs.workers.remove("review");
    let mut bench = Bench::with(programs);
    bench.say("hi");
    let log = bench.call_tools(&[("review", topic("bees"))]);
    assert!(log.contains("The project has no worker `review`."), "{log}");
    assert!(log.contains("worker-result"), "{log}");
    assert_eq!(bench.models.len(), 1, "the model is told: {log}");
}

#[test]
fn workers_that_run_each_other_without_end_are_stopped() {
    let mut programs = programs(Display::Name, vec![respond()]);
    let mut steps = vec![run_worker(Display::Name, json!({}))];
    let end = BlockKind::SetResource(SetResource {
        resource: "NOTE".into(),
        value: place("FOUND"),
    });
    steps.push(block("End", Display::Hidden, end));
    let mut endless = worker(Vec::new(), steps);
    endless.workers = vec![declared("research", STREAM)];
    programs.workers.insert("research".into(), pinned(endless));
    let mut bench = Bench::with(programs);
    bench.say("hi");
    let log = bench.call_tools(&[("research", json!({}))]);
    assert!(
        log.contains("Not run: 8 workers run within each other."),
        "{log}"
    );
    assert_eq!(bench.models.len(), 1, "the agent goes on");
    assert!(!log.contains("resource-update"), "{log}");
}

/// An agent whose worker `research` has a worker of that name itself.
fn two_deep() -> Bench {
    let mut programs = programs(STREAM, vec![respond()]);
    programs.workers.insert("review".into(), pinned(chief()));
    Bench::with(programs)
}

#[test]
fn a_worker_of_a_worker_pauses_and_goes_on() {
    let mut bench = two_deep();
    bench.say("hi");
    let mut log = bench.call_tools(&[("review", topic("ants"))]);
    log += &bench.call_tools(&[("research", topic("ants"))]);
    log += &bench.call_tools(&[("look", json!({}))]);
    log += "--- continued\n";
    let results = bench.results(&json!("an ant"));
    log += &bench.resume(results);
    log += &bench.answer("Ants are small.");
    log += "--- the outer worker goes on\n";
    log += &bench.answer("They are small.");
    log += "--- the agent goes on\n";
    log += &bench.answer("Small.");
    insta::assert_snapshot!(log);
    insta::assert_json_snapshot!(bench.reloaded_parts());
}

#[test]
fn a_file_for_the_agent_is_not_taken_for_one_of_a_worker() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    bench.call_tools(&[("research", topic("ants")), ("search", json!({}))]);
    let call = of_workers(&bench)[0];
    call_tool_of(&mut bench, call, "look");
    let mut results = bench.results(&json!(1));
    results
        .iter_mut()
        .for_each(|answer| answer.files = vec![super::builtins::file()]);
    let log = bench.resume(results);
    let place = |what: &str| log.find(what).unwrap_or_else(|| panic!("no {what}: {log}"));
    assert!(
        place(r#""block-start","blockId":"e1:1""#) < place("file-available"),
        "{log}"
    );
}

#[test]
fn a_worker_under_a_name_is_seen_on_reload() {
    let named = Block {
        display: Display::Name,
        ..respond()
    };
    let mut bench = Bench::with(programs(STREAM, vec![named]));
    bench.say("hi");
    let log = bench.call_tools(&[("research", topic("ants"))]);
    assert!(!log.contains(r#"> {"type":"worker"#), "{log}");
    bench.answer("Ants are small.");
    bench.answer("They are small.");
    let parts = bench.reloaded_parts();
    assert_eq!(parts[0]["type"], "worker");
    assert_eq!(parts[0]["parts"][0]["text"], "Ants are small.");
}

#[test]
fn a_worker_has_values_of_its_own() {
    let show = AddMessage {
        role: Role::User,
        prompt: Some(Prompt {
            pieces: [Piece::Value(place("SEEN"))].into(),
        }),
        ui_content: None,
        visible: true,
        files: Vec::new(),
    };
    let mut programs = programs(STREAM, vec![run_worker(STREAM, topic("ants"))]);
    let mut program = research();
    let Entry::Worker { steps, .. } = &mut program.entry else {
        panic!("a worker")
    };
    let show = block("Show", Display::Hidden, BlockKind::AddMessage(show));
    steps.insert(1, within("research", show));
    programs.workers.insert("research".into(), pinned(program));
    let mut bench = Bench::with(programs);
    bench.say("hi");
    let (_, request) = bench.asked.clone().expect("asked");
    let turns = format!("{:?}", request.turns);
    assert!(turns.contains(r#"Text("worker")"#), "{turns}");
    assert!(
        !turns.contains("hi"),
        "a worker reads nothing of the chat: {turns}"
    );
}

#[test]
fn a_worker_must_start_its_threads() {
    let steps = vec![within("nowhere", respond())];
    let mut programs = programs(STREAM, vec![run_worker(STREAM, json!({}))]);
    let lost = worker(Vec::new(), steps);
    programs.workers.insert("research".into(), pinned(lost));
    let mut bench = Bench::with(programs);
    let log = bench.say("hi");
    assert!(
        log.contains(r#"the thread \"nowhere\", which it never started"#),
        "{log}"
    );
}

fn standalone() -> Bench {
    Bench::with(Programs::from(Arc::new(research())))
}

#[test]
fn a_worker_runs_by_itself() {
    let mut bench = standalone();
    let mut log = bench.execute(topic("ants"));
    let usage = |input_tokens, output_tokens| {
        Delta::Usage(Usage {
            input_tokens,
            output_tokens,
            ..Usage::default()
        })
    };
    log += &bench.delta(usage(10, 2));
    log += &bench.call_tools(&[("look", json!({}))]);
    log += "--- continued\n";
    let results = bench.results(&json!("an ant"));
    log += &bench.resume(results);
    log += &bench.delta(usage(20, 3));
    log += &bench.answer("Ants are small.");
    insta::assert_snapshot!(log);
    assert_eq!(bench.state.variables["RESULT"], "Ants are small.");
    let of_worker = bench.log.iter().all(|entry| {
        let ended = matches!(entry.body, LogBody::WorkerOutput { .. });
        ended || entry.worker_slug.as_deref() == Some("standalone")
    });
    assert!(of_worker, "{:#?}", bench.log);
}

#[test]
fn a_worker_by_itself_that_fails_says_so_twice() {
    let mut bench = standalone();
    bench.execute(topic("ants"));
    let (call, _) = bench.asked.clone().expect("asked");
    let error = ErrorInfo::platform(ErrorType::ProviderOverloaded, "busy");
    bench.step(Input::Reply(call, Reply::Failed(error)));
    let types = bench.sent_types();
    assert!(
        types.ends_with(&["worker-result".into(), "error".into()]),
        "{types:?}"
    );
}

#[test]
fn a_reload_shows_what_a_worker_did() {
    let mut shown = Vec::new();
    for display in [Display::Hidden, Display::Name, Display::Description, STREAM] {
        let mut bench = bench(display);
        bench.say("hi");
        bench.call_tools(&[("research", topic("ants"))]);
        bench.call_tools(&[("look", json!({ "at": 1 }))]);
        let results = bench.results(&json!("an ant"));
        bench.resume(results);
        bench.answer("Ants are small.");
        bench.answer("They are small.");
        let ui = messages::ui(messages::chat(&stored(&bench.items), None), None);
        let parts = ui[1].parts.iter();
        let parts = parts.map(|part| serde_json::to_string(part).expect("JSON"));
        let parts: Vec<String> = parts.collect();
        shown.push(format!("{display:?}:\n  {}", parts.join("\n  ")));
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_worker_that_was_cut_off_is_cancelled() {
    let mut bench = bench(STREAM);
    bench.say("hi");
    bench.call_tools(&[("research", topic("ants"))]);
    bench.delta(Delta::Text("Half a wo".into()));
    bench.cancel(CancelReason::Disconnected);
    let status = |live: Option<&messages::Live>| {
        let ui = messages::ui(messages::chat(&stored(&bench.items), None), live);
        serde_json::to_value(&ui[1].parts[0]).expect("JSON")
    };
    let part = status(None);
    assert_eq!(part["status"], "cancelled");
    assert_eq!(part["parts"][0]["text"], "Half a wo");
    let running = status(Some(&messages::Live::Running("m1".into())));
    assert_eq!(running["status"], "running");
    bench.say("again");
    let (_, request) = bench.asked.clone().expect("asked");
    let results = format!("{:?}", request.turns);
    assert!(
        results.contains(&format!(
            "{:?}",
            Outcome::Error("Cancelled: no result was provided.".into())
        )),
        "{results}"
    );
}
