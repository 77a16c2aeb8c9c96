//! What is declared and never used, once everything that uses it was lowered.

use std::sync::Arc;

use crate::cx::Cx;
use crate::declarations::Declared;
use crate::problems::Problem;
use crate::program::{McpServerIndex, Place, ReferenceIndex, SkillIndex, ToolIndex, WorkerIndex};
use crate::rules::{never_offered, never_set, unused_prompt, unused_reference, unused_value};
use crate::uses::Index;

/// A name that was misspelt somewhere is not reported again. Where there is an error nothing is said at
/// all: what uses a name may be the part that could not be understood.
pub(crate) fn check(cx: &mut Cx<'_>) {
    if cx.problems.has_errors() {
        return;
    }
    for problem in std::mem::take(&mut cx.uses.unasked) {
        cx.problems.push(problem);
    }
    inputs(cx);
    variables(cx);
    let names = cx.names;
    let answers = names.workers.values().flat_map(|it| it.tools.values());
    answers.for_each(|tool| cx.uses.index(*tool));
    offered(cx, &names.tools, ToolIndex, ("tool", "tools"));
    offered(cx, &names.skills, SkillIndex, ("skill", "skills"));
    offered(
        cx,
        &names.mcp_servers,
        McpServerIndex,
        ("MCP server", "mcpServers"),
    );
    offered(cx, &names.workers, WorkerIndex, ("worker", "workers"));
    for (index, reference) in names.references.iter().enumerate() {
        let used = is_used(cx, ReferenceIndex(index));
        report(cx, used, &reference.name, || {
            unused_reference::report(reference.region, &reference.name)
        });
    }
    let prompts = cx.prompts;
    for (index, name) in prompts.all().enumerate() {
        let used = cx.uses.uses_prompt(index);
        report(cx, used, name, || unused_prompt::report(index, name));
    }
}

fn report(cx: &mut Cx<'_>, used: bool, name: &str, problem: impl FnOnce() -> Problem) {
    if !used && !cx.problems.guessed(name) {
        cx.problems.push(problem());
    }
}

fn is_used<I: Index>(cx: &mut Cx<'_>, index: I) -> bool {
    I::of_kind(&mut cx.uses).contains(&index)
}

fn inputs(cx: &mut Cx<'_>) {
    let names = cx.names;
    for input in names.inputs.iter() {
        let used = cx.uses.reads(None, Place::Input(Arc::clone(&input.name)));
        report(cx, used, &input.name, || {
            unused_value::report(input.region, "input", &input.name)
        });
    }
    for trigger in names.triggers.iter() {
        for input in trigger.value.inputs.iter() {
            let place = Place::TriggerInput(Arc::clone(&input.name));
            let used = cx.uses.reads(Some(&trigger.name), place);
            report(cx, used, &input.name, || {
                unused_value::report(input.region, "input", &input.name)
            });
        }
    }
}

fn variables(cx: &mut Cx<'_>) {
    let names = cx.names;
    for variable in names.variables.iter() {
        let place = Place::Variable(Arc::clone(&variable.name));
        let (read, set) = (cx.uses.reads(None, place), cx.uses.sets(&variable.name));
        report(cx, read || set, &variable.name, || {
            unused_value::report(variable.region, "variable", &variable.name)
        });
        let has_value = set || variable.value.default.is_some();
        report(cx, !read || has_value, &variable.name, || {
            never_set::report(variable.region, &variable.name)
        });
    }
}

/// What threads offer their models, or blocks call.
fn offered<T, I: Index>(
    cx: &mut Cx<'_>,
    declared: &Declared<T>,
    index: impl Fn(usize) -> I,
    (what, key): (&str, &str),
) {
    for (place, it) in declared.iter().enumerate() {
        let used = is_used(cx, index(place));
        report(cx, used, &it.name, || {
            never_offered::report(it.region, what, key, &it.name)
        });
    }
}
