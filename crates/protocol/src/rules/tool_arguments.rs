//! The arguments of a `tool-call` and the parameters of its tool differ.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Rule;
use crate::cx::Cx;
use crate::declarations::ToolDecl;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::program::{Argument, Field, ToolIndex};
use crate::region::Region;
use crate::scope::Scope;
use crate::table::Table;
use crate::types;
use crate::yaml::{Key, Node};

pub(crate) const RULE: Rule = Rule::warning("OCT0509");

pub(crate) fn check(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
    tool: ToolIndex,
    arguments: &BTreeMap<Arc<str>, Argument>,
) {
    let names = cx.names;
    let Some(tool) = names.tools.at(tool.0) else {
        return;
    };
    let mut meant = Vec::new();
    for entry in table.entries("input") {
        let name = &entry.key.name;
        match (tool.parameters.get(name), arguments.get(name)) {
            (Some(parameter), Some(argument)) => {
                fits(cx, scope, &entry.value, parameter, argument);
            }
            (None, _) => meant.extend(unknown(cx, tool, &entry.key)),
            (Some(_), None) => {}
        }
    }
    for parameter in tool.parameters.values() {
        let name = &parameter.name;
        // A slip is reported once.
        let is_given = arguments.contains_key(name) || meant.contains(&&**name);
        if !parameter.optional && !is_given {
            let problem = missing(table.region, tool, &parameter.name);
            cx.problems.push(problem);
        }
    }
}

/// Whether a value that is known beforehand, or the type of one that is not, is what the tool takes.
fn fits(cx: &mut Cx<'_>, scope: &Scope<'_>, node: &Node, parameter: &Field, argument: &Argument) {
    let wanted = &parameter.ty;
    let given = match argument {
        Argument::Literal(value) if types::admits(wanted, value) => return,
        Argument::Literal(_) => "the argument is not".to_owned(),
        Argument::Value(place) => match scope.type_of(place) {
            Some(ty) if !types::may_be(ty, wanted) => format!("the argument of type `{ty}`"),
            Some(_) | None => return,
        },
    };
    let name = Quoted(&parameter.name);
    let message = format!("the parameter {name} is of type `{wanted}`, and {given}");
    let help = "change the argument, or the `type` of the parameter";
    cx.problems.push(RULE.at(node.region, message).help(help));
}

/// The parameter that was surely meant, if there is one.
fn unknown<'t>(cx: &mut Cx<'_>, tool: &'t ToolDecl, name: &Key) -> Option<&'t str> {
    let nearest = cx.problems.nearest(&name.name, tool.parameters.names());
    let message = format!(
        "the tool {} has no parameter {}",
        Quoted(&tool.tool.def.name),
        Quoted(&name.name)
    );
    cx.problems
        .push(RULE.at(name.region, message).did_you_mean(nearest));
    nearest
}

fn missing(region: Region, tool: &ToolDecl, name: &str) -> Problem {
    let tool = Quoted(&tool.tool.def.name);
    RULE.at(region, format!("the tool {tool} needs {}", Quoted(name)))
        .help(format!("add {} to `input`", Quoted(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn optional_parameters_may_be_left_out() {
        check(
            &RULE,
            "tools: { t: { description: d, parameters: { a: { type: string }, b: { type: string, optional: true } } } }\n\
             triggers: { go: }\n\
             handlers: { go: { A: { block: tool-call, tool: t } } }",
            &[],
            &["protocol.yaml:3:19 the tool `t` needs `a`"],
        );
    }
}
