//! How a thread talks to its model: `agent` says it of the main thread, and a `start-thread` block,
//! with the same keys, of its own.

mod anthropic;
mod context;
mod offered;
mod steps;

use std::sync::Arc;

use domain::{CacheMode, ModelRef, Speed, Thinking, ThreadId};
use serde_json::Number;

use crate::cx::Cx;
use crate::mapping::Mapping;
use crate::program::{Agent, Guards, MediaModels, Prompt, Setting};
use crate::prompts;
use crate::rules::{missing_key, speed_unsupported, system_missing};
use crate::scope::Scope;
use crate::setting;
use crate::table::Table;
use crate::yaml::{Entry, Node};

const SPEEDS: &[(&str, Speed)] = &[("standard", Speed::Standard), ("fast", Speed::Fast)];

const CACHES: &[(&str, CacheMode)] = &[
    ("auto", CacheMode::Auto),
    ("extended", CacheMode::Extended),
    ("off", CacheMode::Off),
];

const THINKING: &[(&str, Thinking)] = &[
    ("low", Thinking::Low),
    ("medium", Thinking::Medium),
    ("high", Thinking::High),
    ("max", Thinking::Max),
    ("off", Thinking::Off),
];

/// Whose model it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Agent,
    Thread,
}

/// The section `agent`. `None` only where an error was reported.
pub(crate) fn lower(cx: &mut Cx<'_>, entry: &Entry) -> Option<Agent> {
    let table = Table::of_entry(entry)?;
    if table.get("system").is_none() {
        cx.problems.push(system_missing::report(table.region));
    }
    let model = setting::read(cx, &table, "model", model);
    remember(cx, ThreadId::MAIN, model.as_ref());
    let scope = Scope::agent(cx.names);
    let mut agent = settings(cx, &scope, &table, Owner::Agent, model)?;
    agent.context = context::lower(cx, &table);
    Some(agent)
}

/// A `start-thread` block: the model is the agent's where it names none, and nothing else is
/// (CONTRACT 7.10). A worker has no agent. `None` only where an error was reported.
pub(crate) fn lower_thread(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    thread: &str,
    table: &Table<'_>,
) -> Option<Agent> {
    let in_worker = cx.started.is_some();
    if in_worker {
        for key in ["model", "system"] {
            if table.get(key).is_none() {
                let problem = missing_key::report(table.region, "a thread of a worker", key);
                cx.problems.push(problem);
            }
        }
    }
    let model = if table.get("model").is_some() || in_worker {
        setting::read(cx, table, "model", model)
    } else {
        cx.models.get(ThreadId::MAIN).cloned()
    };
    remember(cx, thread, model.as_ref());
    settings(cx, scope, table, Owner::Thread, model)
}

fn remember(cx: &mut Cx<'_>, thread: &str, model: Option<&Setting<ModelRef>>) {
    if let Some(model) = model {
        cx.models.insert(thread.into(), model.clone());
    }
}

fn settings(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
    owner: Owner,
    model: Option<Setting<ModelRef>>,
) -> Option<Agent> {
    let system = system(cx, scope, table);
    let offered = offered::lower(cx, table);
    let (max_steps, last_step_without_tools) = steps::lower(cx, table, owner, &offered);
    let speed = setting::read(cx, table, "speed", |node| word(node, SPEEDS));
    speed_unsupported::check(cx, table, speed.as_ref(), model.as_ref());
    let agent = Agent {
        backup_model: setting::read(cx, table, "backupModel", self::model),
        system,
        media: media(cx, table),
        max_steps,
        last_step_without_tools,
        temperature: setting::read(cx, table, "temperature", |node| {
            node.as_number().and_then(Number::as_f64)
        }),
        thinking: setting::read(cx, table, "thinking", |node| word(node, THINKING)),
        speed,
        cache: table.choice("cache", CACHES).unwrap_or_default(),
        guards: guards(table),
        anthropic: anthropic::lower(cx, table, model.as_ref()),
        tools: offered.tools,
        skills: offered.skills,
        references: offered.references,
        mcp_servers: offered.mcp_servers,
        on_demand_mcp_servers: offered.on_demand_mcp_servers,
        workers: offered.workers,
        web_search: table.flag("webSearch"),
        todo_list: table.flag("todoList"),
        ..Agent::new(model?)
    };
    Some(agent)
}

/// A model that is written down.
pub(crate) fn model(node: &Node) -> Option<ModelRef> {
    node.as_text()?.parse().ok()
}

fn word<T: Copy>(node: &Node, words: &[(&str, T)]) -> Option<T> {
    let text = node.as_text()?;
    let (_, value) = words.iter().find(|(word, _)| **text == **word)?;
    Some(*value)
}

fn system(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<Prompt> {
    let mapping = Mapping::read(cx, scope, table);
    let name = table.text("system")?;
    prompts::expand(cx, scope, &mapping, name)
}

fn media(cx: &mut Cx<'_>, table: &Table<'_>) -> MediaModels {
    let of = |key: &str| table.get(key).and_then(model);
    MediaModels {
        image: setting::read(cx, table, "imageModel", model),
        video: of("videoModel"),
        speech: of("speechModel"),
        speech_voice: setting::read(cx, table, "speechVoice", |node| {
            node.as_text().map(Arc::clone)
        }),
        transcription: of("transcriptionModel"),
    }
}

fn guards(table: &Table<'_>) -> Guards {
    Guards {
        max_output: table.whole("maxOutputTokens"),
        max_tool_output: table.whole("maxToolOutputTokens"),
        max_image_dimension: table.whole("maxImageDimension"),
        loop_guard: table.flag("loopGuard"),
        sandbox_timeout_ms: table.whole("sandboxTimeout"),
    }
}
