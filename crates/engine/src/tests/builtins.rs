//! The server's own tools, and those that a client declares at a trigger.

use domain::{
    Display, ErrorInfo, ErrorType, FileReference, LogBody, Part, Source, Todo, TodoStatus,
    ToolSchema, UiPart,
};
use protocol::program::{
    Agent, AudioFormat, Block, BlockKind, GenerateImage, GenerateSpeech, GenerateVideo, McpServer,
    McpServerIndex, McpSource, MediaModels, Place, Program, Reference, ReferenceIndex, Resolution,
    Setting, Site, TranscribeAudio,
};
use serde_json::{Value, json};

use super::bench::{block, respond};
use super::folds::stored;
use super::{Bench, agent, program};
use crate::{CallId, Reply, ToolReply, messages};

fn todo_agent() -> Agent {
    Agent {
        todo_list: true,
        ..agent(10)
    }
}

fn todo(id: &str, content: &str, status: TodoStatus) -> Todo {
    Todo {
        id: id.into(),
        content: content.into(),
        status,
    }
}

/// The newest result that the model reads.
fn newest_result(bench: &Bench) -> String {
    let (_, request) = bench.asked.clone().expect("asked");
    let last = request.turns.last().expect("a turn");
    match last.parts.first() {
        Some(Part::Result { outcome, .. }) => format!("{outcome:?}"),
        other => panic!("no result: {other:?}"),
    }
}

#[test]
fn a_list_of_what_is_to_be_done_is_written_changed_and_kept() {
    let mut bench = Bench::new(program(todo_agent(), vec![respond()]));
    bench.say("hi");
    let first = json!({"merge": false, "todos": [
        {"id": "1", "content": "Look", "status": "in_progress"},
        {"id": "2", "content": "Leap"},
    ]});
    let log = bench.call_tools(&[("octavus_todo_write", first)]);
    insta::assert_snapshot!(log);
    let second = json!({"merge": true, "todos": [
        {"id": "1", "status": "completed"},
        {"id": "3", "content": "Land", "status": "pending"},
    ]});
    bench.call_tools(&[("octavus_todo_write", second)]);
    bench.answer("done");
    let expected = [
        todo("1", "Look", TodoStatus::Completed),
        todo("2", "Leap", TodoStatus::Pending),
        todo("3", "Land", TodoStatus::Pending),
    ];
    assert_eq!(bench.state.todos, expected);
    let ui = messages::ui(messages::chat(&stored(&bench.items), None), None);
    let [UiPart::Todo { todos, .. }, .., UiPart::Text { .. }] = &ui[1].parts[..] else {
        panic!("{:?}", ui[1].parts)
    };
    assert_eq!(*todos, expected, "one part, in the place of the first");
    bench.say("again");
    let replace = json!({"merge": false, "todos": [{"id": "9", "content": "Rest"}]});
    bench.call_tools(&[("octavus_todo_write", replace)]);
    assert_eq!(bench.state.todos.len(), 1);
}

#[test]
fn a_list_that_is_wrong_is_refused() {
    for (arguments, problem) in [
        (json!({}), "missing field `todos`"),
        (
            json!({"todos": [{"id": "1"}]}),
            "The new entry `1` has no content.",
        ),
        (
            json!({"todos": [{"id": "1", "content": "x", "status": "odd"}]}),
            "unknown variant",
        ),
    ] {
        let mut bench = Bench::new(program(todo_agent(), vec![respond()]));
        bench.say("hi");
        let log = bench.call_tools(&[("octavus_todo_write", arguments)]);
        assert!(!log.contains("todo-update"), "{log}");
        assert!(
            newest_result(&bench).contains(problem),
            "{}",
            newest_result(&bench)
        );
        assert!(bench.state.todos.is_empty());
    }
}

fn with_references() -> Program {
    let reader = Agent {
        references: vec![ReferenceIndex(0)],
        ..agent(10)
    };
    let reference = |name: &str| Reference {
        name: name.into(),
        description: format!("About {name}").into(),
        content: format!("All of {name}").into(),
    };
    Program {
        references: vec![reference("prices"), reference("secrets")],
        ..program(reader, vec![respond()])
    }
}

#[test]
fn a_model_reads_the_documents_that_it_is_given() {
    let mut bench = Bench::new(with_references());
    bench.say("hi");
    let (_, request) = bench.asked.clone().expect("asked");
    let system = request.system.expect("a prompt");
    assert!(system.contains("- prices: About prices"), "{system}");
    assert!(!system.contains("secrets"), "{system}");
    let log = bench.call_tools(&[("octavus_reference_read", json!({"name": "prices"}))]);
    insta::assert_snapshot!(log);
    assert!(newest_result(&bench).contains("All of prices"));
    bench.call_tools(&[("octavus_reference_list", json!({}))]);
    let list = newest_result(&bench);
    assert!(
        list.contains("prices") && !list.contains("secrets"),
        "{list}"
    );
    bench.call_tools(&[("octavus_reference_read", json!({"name": "secrets"}))]);
    let refused = newest_result(&bench);
    assert!(
        refused.contains("There is no document `secrets`; there are prices."),
        "{refused}"
    );
}

#[test]
fn a_tool_that_is_not_offered_is_not_run() {
    let mut bench = Bench::new(program(agent(3), vec![respond()]));
    bench.say("hi");
    let log = bench.call_tools(&[("octavus_todo_write", json!({"todos": []}))]);
    assert!(
        log.contains("There is no tool `octavus_todo_write`."),
        "{log}"
    );
    assert!(bench.builtins.is_empty());
}

fn searching() -> Bench {
    let searcher = Agent {
        web_search: true,
        ..agent(10)
    };
    Bench::new(program(searcher, vec![respond()]))
}

fn only(bench: &Bench) -> CallId {
    *bench
        .builtins
        .keys()
        .next()
        .expect("a built-in tool was called")
}

pub(super) fn file() -> FileReference {
    FileReference {
        id: "f".into(),
        media_type: "image/png".into(),
        url: "https://example.com/f.png".into(),
        filename: None,
        size: Some(3),
    }
}

fn made(output: &str, files: Vec<FileReference>) -> Reply {
    Reply::Tool(ToolReply {
        output: json!(output),
        files,
        sources: Vec::new(),
    })
}

#[test]
fn a_tool_of_the_server_answers_before_the_client_is_asked() {
    let mut bench = searching();
    bench.say("hi");
    let mut log = bench.call_tools(&[
        ("search", json!({})),
        ("octavus_web_search", json!({"query": "ants"})),
    ]);
    assert!(!bench.ended, "the server's own tool is at work");
    let source = Source::Url {
        id: "1".into(),
        url: "https://example.com/ants".into(),
        title: None,
    };
    let reply = Reply::Tool(ToolReply {
        output: json!(["ants"]),
        files: vec![file()],
        sources: vec![source],
    });
    let call = only(&bench);
    log += &bench.reply(call, reply);
    insta::assert_snapshot!(log);
}

#[test]
fn a_tool_of_the_server_that_fails_is_an_error_for_the_model() {
    let mut bench = searching();
    bench.say("hi");
    bench.call_tools(&[("octavus_web_search", json!({"query": "ants"}))]);
    let error = ErrorInfo::platform(ErrorType::ValidationError, "no search here");
    let call = only(&bench);
    let log = bench.reply(call, Reply::Failed(error));
    assert!(log.contains("tool-output-error"), "{log}");
    assert!(newest_result(&bench).contains("no search here"));
    assert!(
        bench
            .log
            .iter()
            .any(|entry| matches!(entry.body, LogBody::Error { .. }))
    );
}

#[test]
fn every_medium_has_a_tool() {
    let model = || "openai/medium".parse().expect("a model");
    let artist = Agent {
        media: MediaModels {
            image: Some(Setting::Fixed(model())),
            video: Some(model()),
            speech: Some(model()),
            speech_voice: None,
            transcription: Some(model()),
        },
        tools: Vec::new(),
        ..agent(2)
    };
    let mut bench = Bench::new(program(artist, vec![respond()]));
    bench.say("hi");
    let (_, request) = bench.asked.clone().expect("asked");
    let names: Vec<&str> = request.tools.iter().map(|tool| &*tool.name).collect();
    let expected = [
        "octavus_generate_image",
        "octavus_generate_video",
        "octavus_generate_speech",
        "octavus_transcribe_audio",
    ];
    assert_eq!(names, expected);
}

fn text() -> Place {
    Place::TriggerInput("TEXT".into())
}

/// A block of each kind that makes something, with a variable for it.
pub(super) fn media_blocks() -> [Block; 4] {
    let model = || "openai/medium".parse().expect("a model");
    let output = || Some("MADE".into());
    let image = GenerateImage {
        prompt: text(),
        model: Setting::Fixed(model()),
        aspect_ratio: Some("16:9".into()),
        resolution: Some(Resolution::TwoK),
        reference_images: vec![Place::Variable("ABSENT".into())],
        output: output(),
    };
    let video = GenerateVideo {
        prompt: text(),
        model: model(),
        aspect_ratio: None,
        duration_seconds: Some(4),
        audio: Some(true),
        reference_image: None,
        output: output(),
    };
    let speech = GenerateSpeech {
        text: text(),
        model: model(),
        voice: Some("marin".into()),
        format: AudioFormat::Mp3,
        instructions: None,
        language: None,
        speed: Some(1.5),
        output: output(),
    };
    let transcription = TranscribeAudio {
        audio: text(),
        model: model(),
        language: Some("en".into()),
        timestamps: false,
        output: output(),
    };
    [
        BlockKind::GenerateImage(image),
        BlockKind::GenerateVideo(video),
        BlockKind::GenerateSpeech(speech),
        BlockKind::TranscribeAudio(transcription),
    ]
    .map(|kind| block("Make", Display::Description, kind))
}

#[test]
fn a_block_asks_for_what_it_makes_and_keeps_it() {
    let mut logs = Vec::new();
    for block in media_blocks() {
        let mut bench = Bench::new(program(agent(2), vec![block]));
        let mut log = bench.say("an ant");
        let call = only(&bench);
        log += &bench.reply(call, made("https://example.com/f.png", vec![file()]));
        assert_eq!(bench.state.variables["MADE"], "https://example.com/f.png");
        logs.push(log);
    }
    insta::assert_snapshot!(logs.join("---\n"));
}

#[test]
fn a_block_that_makes_nothing_ends_the_execution_and_is_named() {
    for block in media_blocks() {
        let mut bench = Bench::new(program(agent(2), vec![block, respond()]));
        bench.say("an ant");
        let error = ErrorInfo::platform(ErrorType::ValidationError, "not here");
        let call = only(&bench);
        let log = bench.reply(call, Reply::Failed(error));
        assert!(log.contains(r#""errorType":"validation_error""#), "{log}");
        assert!(
            log.contains(r#"The block \"Make\""#) && log.contains("not here"),
            "{log}"
        );
        assert!(bench.ended);
    }
}

#[test]
fn an_image_that_is_not_made_is_an_operation_that_was_cancelled() {
    let [image, ..] = media_blocks();
    let mut bench = Bench::new(program(agent(2), vec![image]));
    bench.say("an ant");
    let part = || bench.reloaded_parts();
    assert_eq!(part()[0]["status"], "cancelled", "nobody works at it");
    let running = messages::Live::Running("m1".into());
    let chat = messages::chat(&stored(&bench.items), Some(&running));
    let ui = serde_json::to_value(messages::ui(chat, Some(&running))).expect("JSON");
    assert_eq!(ui[1]["parts"][0]["status"], "running");
    let error = ErrorInfo::platform(ErrorType::ValidationError, "not here");
    let call = only(&bench);
    bench.reply(call, Reply::Failed(error));
    let parts = bench.reloaded_parts();
    assert_eq!(parts.len(), 1, "{parts:?}");
    assert_eq!(parts[0]["status"], "cancelled");
}

fn server(namespace: &str, source: McpSource) -> McpServer {
    McpServer {
        namespace: namespace.into(),
        description: "About it".into(),
        source,
        display: Display::Stream,
        label: Some("In the browser".into()),
        retain_last: None,
    }
}

fn with_servers() -> Bench {
    let device = Agent {
        mcp_servers: vec![McpServerIndex(0), McpServerIndex(2)],
        tools: Vec::new(),
        ..agent(10)
    };
    let remote = McpSource::Remote {
        eager: false,
        site: Site::Sandbox,
    };
    Bench::new(Program {
        mcp_servers: vec![
            server("browser", McpSource::Device),
            server("unused", McpSource::Consumer),
            server("remote", remote),
        ],
        ..program(device, vec![respond()])
    })
}

fn schema(name: &str) -> ToolSchema {
    let input = json!({"$schema": "x", "type": "object", "additionalProperties": false});
    let Value::Object(input_schema) = input else {
        panic!("not an object")
    };
    ToolSchema {
        name: name.into(),
        description: format!("About {name}"),
        input_schema,
        output_schema: None,
    }
}

fn offered(bench: &Bench) -> Vec<String> {
    let (_, request) = bench.asked.clone().expect("asked");
    request.tools.iter().map(|tool| tool.name.clone()).collect()
}

#[test]
fn only_tools_of_declared_servers_of_the_client_are_offered() {
    let mut bench = with_servers();
    let names = [
        "browser__click",
        "unused__x",
        "remote__x",
        "other__x",
        "plain",
    ];
    bench.dynamic_tools = Some(names.map(schema).into());
    bench.say("hi");
    assert_eq!(offered(&bench), ["browser__click"]);
    let (_, request) = bench.asked.clone().expect("asked");
    assert_eq!(request.tools[0].input_schema, json!({"type": "object"}));
    let left_out = bench.log.iter().filter_map(|entry| match &entry.body {
        LogBody::Error { error } => Some(error.message.split('"').nth(1)?.to_owned()),
        _ => None,
    });
    let left_out: Vec<String> = left_out.collect();
    assert_eq!(left_out, ["remote__x", "other__x", "plain"]);
    let log = bench.call_tools(&[("browser__click", json!({"x": 1}))]);
    insta::assert_snapshot!(log);
}

#[test]
fn tools_that_no_model_takes_are_left_out() {
    let mut bench = with_servers();
    let long = format!("browser__{}", "x".repeat(56));
    let names = ["browser__click", "browser__a b", "browser__click", &long];
    bench.dynamic_tools = Some(names.map(schema).into());
    bench.say("hi");
    assert_eq!(offered(&bench), ["browser__click"]);
    let reasons = bench.logged("error");
    let reasons = reasons
        .iter()
        .map(|entry| entry["error"]["message"].as_str());
    let reasons: Vec<&str> = reasons.flatten().collect();
    insta::assert_debug_snapshot!(reasons);
}

#[test]
fn a_client_offers_none_of_the_servers_own_names() {
    let mut bench = with_servers();
    std::sync::Arc::make_mut(&mut std::sync::Arc::make_mut(&mut bench.programs).main).mcp_servers
        [0]
    .namespace = "octavus".into();
    bench.dynamic_tools = Some(vec![schema("octavus__todo")]);
    bench.say("hi");
    assert!(offered(&bench).is_empty());
    assert_eq!(bench.logged("error").len(), 1);
}

#[test]
fn a_list_of_tools_replaces_the_one_before_and_stays_until_then() {
    let mut bench = with_servers();
    bench.dynamic_tools = Some(vec![schema("browser__click")]);
    bench.say("hi");
    bench.answer("hello");
    bench.say("still there?");
    assert_eq!(offered(&bench), ["browser__click"]);
    bench.call_tools(&[("browser__click", json!({}))]);
    let results = bench.results(&json!(1));
    bench.dynamic_tools = Some(vec![schema("browser__type")]);
    bench.resume(results);
    assert_eq!(offered(&bench), ["browser__type"]);
    bench.answer("typed");
    bench.dynamic_tools = Some(Vec::new());
    bench.say("none");
    assert!(offered(&bench).is_empty());
}
