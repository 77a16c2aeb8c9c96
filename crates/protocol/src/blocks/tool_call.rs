//! `tool-call`: calls a tool without asking a model.

use super::{arguments, output};
use crate::cx::Cx;
use crate::program::ToolCall;
use crate::rules::{tool_arguments, unknown_tool};
use crate::scope::Scope;
use crate::table::Table;

pub(super) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<ToolCall> {
    let tool = table
        .text("tool")
        .and_then(|name| unknown_tool::check(cx, name));
    let arguments = arguments(cx, scope, table);
    if let Some(tool) = tool {
        cx.uses.index(tool);
        tool_arguments::check(cx, scope, table, tool, &arguments);
    }
    let output = output(cx, table, None);
    Some(ToolCall {
        tool: tool?,
        arguments,
        output: output?,
    })
}
