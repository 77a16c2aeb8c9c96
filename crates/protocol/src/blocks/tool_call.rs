//! `tool-call`: calls a tool without asking a model.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cx::Cx;
use crate::names::is_upper_snake;
use crate::program::{Argument, ToolCall, ToolIndex};
use crate::rules::{tool_arguments, unknown_output, unknown_tool, unresolved_argument};
use crate::scope::Scope;
use crate::table::{self, Table, Text};
use crate::yaml::Node;

pub(super) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<ToolCall> {
    let tool = table
        .required_text(cx.problems, "tool")
        .and_then(|name| unknown_tool::check(cx, name));
    let arguments = arguments(cx, scope, table);
    if let Some(tool) = tool {
        check_parameters(cx, table, tool, &arguments);
    }
    let output = table
        .text(cx.problems, "output")
        .and_then(|name| unknown_output::check(cx, name));
    Some(ToolCall {
        tool: tool?,
        arguments,
        output,
    })
}

fn arguments(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
) -> BTreeMap<Arc<str>, Argument> {
    let mut arguments = BTreeMap::new();
    let Some(node) = table.get("input") else {
        return arguments;
    };
    let entries = table::entries(cx.problems, "input", "the arguments", node);
    for entry in entries.unwrap_or_default() {
        let argument = argument(cx, scope, &entry.value);
        arguments.insert(Arc::clone(&entry.key.name), argument);
    }
    arguments
}

/// The exact name of a known value is that value; everything else is what it is.
fn argument(cx: &mut Cx<'_>, scope: &Scope<'_>, node: &Node) -> Argument {
    if let Some(text) = Text::of(node) {
        if let Some(place) = scope.find(text.value) {
            return Argument::Value(place);
        }
        if is_upper_snake(text.value) {
            unresolved_argument::report(cx, scope, text);
        }
    }
    Argument::Literal(node.to_json())
}

fn check_parameters(
    cx: &mut Cx<'_>,
    table: &Table<'_>,
    tool: ToolIndex,
    arguments: &BTreeMap<Arc<str>, Argument>,
) {
    let names = cx.names;
    let Some(tool) = names.tools.get(tool) else {
        return;
    };
    let given = table.get("input").and_then(Node::as_map);
    for entry in given.unwrap_or_default() {
        if !tool.parameters.contains_key(&entry.key.name) {
            tool_arguments::unknown(cx, tool, &entry.key.name, entry.key.region);
        }
    }
    for (name, optional) in &tool.parameters {
        if !optional && !arguments.contains_key(name) {
            let problem = tool_arguments::missing(table.region, tool, name);
            cx.problems.push(problem);
        }
    }
}
