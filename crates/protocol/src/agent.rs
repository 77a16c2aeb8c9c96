//! How a thread talks to its model: `agent` says it of the main thread, and a `start-thread` block,
//! with the same keys, of its own.

use std::collections::BTreeSet;

use domain::{ModelRef, Thinking};
use serde_json::Number;

use crate::cx::Cx;
use crate::language::AGENT;
use crate::mapping::Mapping;
use crate::program::{Agent, Prompt, Setting, ToolIndex};
use crate::prompts;
use crate::rules::{
    max_steps, max_steps_unused, model_format, system_missing, temperature_range, unknown_tool,
    unknown_value, wrong_shape,
};
use crate::scope::Scope;
use crate::setting;
use crate::table::{self, Table, Text};
use crate::yaml::Entry;

/// The steps of an agentic agent that does not say how many.
const AGENTIC_STEPS: u32 = 10;

const THINKING: &[(&str, Option<Thinking>)] = &[
    ("low", Some(Thinking::Low)),
    ("medium", Some(Thinking::Medium)),
    ("high", Some(Thinking::High)),
    ("max", Some(Thinking::Max)),
    ("off", None),
];

/// Whose model it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Agent,
    Thread,
}

/// The section `agent`. `None` only where an error was reported.
pub(crate) fn lower(cx: &mut Cx<'_>, entry: &Entry) -> Option<Agent> {
    let table = Table::open(cx.problems, &AGENT, &entry.key, &entry.value)?;
    if table.get("system").is_none() {
        cx.problems.push(system_missing::report(table.region));
    }
    table.required(cx.problems, "model");
    let model = model(cx, &table);
    let scope = Scope::agent(cx.names);
    settings(cx, &scope, &table, Owner::Agent, model)
}

/// A `start-thread` block: the model is the agent's where it names none, and nothing else is
/// (CONTRACT 7.10). `None` only where an error was reported.
pub(crate) fn lower_thread(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<Agent> {
    let model = if table.get("model").is_some() {
        model(cx, table)
    } else {
        cx.model.clone()
    };
    settings(cx, scope, table, Owner::Thread, model)
}

fn settings(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
    owner: Owner,
    model: Option<Setting<ModelRef>>,
) -> Option<Agent> {
    let system = system(cx, scope, table);
    let tools = tools(cx, table);
    let (max_steps, last_step_without_tools) = steps(cx, table, owner, &tools);
    Some(Agent {
        temperature: temperature(cx, table),
        thinking: thinking(cx, table),
        system,
        tools,
        max_steps,
        last_step_without_tools,
        ..Agent::new(model?)
    })
}

fn model(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<Setting<ModelRef>> {
    let text = table.text(cx.problems, "model")?;
    if setting::is_name(text) {
        return setting::from(cx, "model", text);
    }
    match text.value.parse() {
        Ok(model) if !text.value.contains(char::is_whitespace) => Some(Setting::Fixed(model)),
        Ok(_) | Err(_) => {
            cx.problems.push(model_format::report(text));
            None
        }
    }
}

fn system(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<Prompt> {
    let mapping = Mapping::read(cx, scope, table);
    let name = table.text(cx.problems, "system")?;
    prompts::expand(cx, scope, &mapping, name)
}

/// Twice is once: a vendor refuses two tools of one name.
fn tools(cx: &mut Cx<'_>, table: &Table<'_>) -> Vec<ToolIndex> {
    let node = table.get("tools");
    let items =
        node.and_then(|node| table::items(cx.problems, "tools", "a list of tool names", node));
    let (mut tools, mut seen) = (Vec::new(), BTreeSet::new());
    for item in items.unwrap_or_default() {
        let Some(name) = Text::of(item) else {
            let problem = wrong_shape::item(item, "tools", "tool names");
            cx.problems.push(problem);
            continue;
        };
        let tool = unknown_tool::check(cx, name);
        tools.extend(tool.filter(|tool| seen.insert(*tool)));
    }
    tools
}

/// How many steps, and whether the last one is asked for an answer (CONTRACT 7.9).
fn steps(
    cx: &mut Cx<'_>,
    table: &Table<'_>,
    owner: Owner,
    tools: &[ToolIndex],
) -> (Setting<u32>, bool) {
    let written = max_steps(cx, table);
    // A thread is agentic by its steps; one step is what it takes anyway (CONTRACT 5.2).
    let several = written.as_ref().is_some_and(|it| *it != Setting::Fixed(1));
    let implied = owner == Owner::Thread && several;
    if table.bool(cx.problems, "agentic").unwrap_or(implied) {
        return (written.unwrap_or(Setting::Fixed(AGENTIC_STEPS)), false);
    }
    if let Some(entry) = table.entry("maxSteps")
        && (several || owner == Owner::Agent)
    {
        cx.problems.push(max_steps_unused::report(entry.key.region));
    }
    // One round of tools, then one answer without them.
    if tools.is_empty() {
        (Setting::Fixed(1), false)
    } else {
        (Setting::Fixed(2), true)
    }
}

fn max_steps(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<Setting<u32>> {
    let node = table.get("maxSteps")?;
    if let Some(text) = Text::of(node).filter(|text| setting::is_name(*text)) {
        return setting::from(cx, "maxSteps", text);
    }
    let steps = node.as_number().and_then(Number::as_u64);
    let steps = steps.and_then(|steps| u32::try_from(steps).ok());
    let steps = steps.filter(|steps| *steps > 0);
    if steps.is_none() {
        cx.problems.push(max_steps::report(node.region));
    }
    steps.map(Setting::Fixed)
}

fn temperature(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<Setting<f64>> {
    let node = table.get("temperature")?;
    if let Some(value) = node.as_number().and_then(Number::as_f64) {
        let fits = temperature_range::check(cx.problems, value, node.region);
        return fits.map(Setting::Fixed);
    }
    match Text::of(node) {
        Some(text) if setting::is_name(text) => setting::from(cx, "temperature", text),
        Some(text) if &**text.value == "off" => None,
        Some(_) | None => {
            let wanted = "a number, `off` or the name of an input";
            cx.problems
                .push(wrong_shape::report(node, "temperature", wanted));
            None
        }
    }
}

fn thinking(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<Setting<Thinking>> {
    let text = table.text(cx.problems, "thinking")?;
    if setting::is_name(text) {
        return setting::from(cx, "thinking", text);
    }
    match THINKING.iter().find(|(word, _)| **text.value == **word) {
        Some((_, thinking)) => thinking.map(Setting::Fixed),
        None => {
            let words: Vec<&str> = THINKING.iter().map(|(word, _)| *word).collect();
            unknown_value::report(cx.problems, text, "thinking", &words);
            None
        }
    }
}
