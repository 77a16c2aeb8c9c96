//! A value is of another kind than its key takes.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::yaml::{Node, Value};

pub(crate) const RULE: Rule = Rule::error("OCT0201");

/// `wanted` with its article: "a list of tool names".
pub(crate) fn report(node: &Node, name: &str, wanted: &str) -> Problem {
    let message = format!("{} must be {wanted}, not {}", Quoted(name), node.kind());
    let problem = RULE.at(node.region, message);
    if wanted == "text" {
        return quote(problem, node);
    }
    match node.as_text().and_then(|text| misread(text, wanted)) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// The cure for a text that is meant as something else.
fn misread(text: &str, wanted: &str) -> Option<&'static str> {
    let is_flag = wanted == "true or false";
    let is_number = wanted.starts_with("a number") || wanted.starts_with("a whole number");
    match text {
        "true" | "false" if is_flag => Some("remove the quotes"),
        "yes" | "on" if is_flag => Some("write `true`"),
        "no" | "off" if is_flag => Some("write `false`"),
        _ if is_number && text.parse::<f64>().is_ok() => Some("remove the quotes"),
        _ => None,
    }
}

/// An item of a list; `wanted` in the plural: "tool names".
pub(crate) fn item(node: &Node, name: &str, wanted: &str) -> Problem {
    let message = format!("{} holds {wanted}, not {}", Quoted(name), node.kind());
    quote(RULE.at(node.region, message), node)
}

/// YAML takes a number or `true` for text only in quotes.
fn quote(problem: Problem, node: &Node) -> Problem {
    match node.value {
        Value::Bool(_) | Value::Number(_) => problem.help("put it in quotes"),
        Value::Null | Value::Text(_) | Value::List(_) | Value::Map(_) => problem,
    }
}
