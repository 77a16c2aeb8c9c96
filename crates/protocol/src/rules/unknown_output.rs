//! A result goes to a variable that `variables` does not declare.

use std::sync::Arc;

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::Place;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0505");

/// The variable that a block puts its result into.
pub(crate) fn check(cx: &mut Cx<'_>, text: Text<'_>) -> Option<Arc<str>> {
    let variable = find(cx, text)?;
    cx.uses.set(&variable);
    Some(variable)
}

/// The variable that holds the result of a worker.
pub(crate) fn result(cx: &mut Cx<'_>, text: Text<'_>) -> Option<Arc<str>> {
    let variable = find(cx, text)?;
    let place = Place::Variable(Arc::clone(&variable));
    cx.uses.read(None, &place);
    Some(variable)
}

fn find(cx: &mut Cx<'_>, text: Text<'_>) -> Option<Arc<str>> {
    let names = cx.names;
    if let Some(name) = names.variables.name(text.value) {
        return Some(Arc::clone(name));
    }
    let nearest = cx.problems.nearest(text.value, names.variables.names());
    let message = format!("there is no variable {}", Quoted(text.value));
    let problem = RULE.at(text.region, message);
    cx.problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help("declare it under `variables`"),
    });
    None
}
