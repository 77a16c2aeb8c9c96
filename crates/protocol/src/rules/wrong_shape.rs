//! A value is of another kind than its key takes.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::yaml::Node;

pub(crate) const RULE: Rule = Rule::error("OCT0201");

/// `wanted` with its article: "a list of tool names".
pub(crate) fn report(node: &Node, name: &str, wanted: &str) -> Problem {
    let message = format!("{} must be {wanted}, not {}", Quoted(name), node.kind());
    RULE.at(node.region, message)
}

/// An item of a list; `wanted` in the plural: "tool names".
pub(crate) fn item(node: &Node, name: &str, wanted: &str) -> Problem {
    let message = format!("{} holds {wanted}, not {}", Quoted(name), node.kind());
    RULE.at(node.region, message)
}
