//! A worker is named by the slug of its agent, and a model calls it by that name, so no tool may have it.

use super::Rule;
use crate::declarations::{Declared, ToolDecl};
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0323");

pub(crate) fn check(
    problems: &mut Problems,
    tools: &Declared<ToolDecl>,
    name: &str,
    region: Region,
) {
    if !is_kebab(name) {
        let message = format!("the worker {} is not lower-case-with-dashes", Quoted(name));
        let help = "write the `slug` of the worker's settings.json";
        problems.push(RULE.at(region, message).help(help));
    } else if tools.find(name).is_some() {
        let message = format!("{} is a tool and a worker", Quoted(name));
        let help = "a model could not tell them apart; give the tool another name";
        problems.push(RULE.at(region, message).help(help));
    }
}
