//! A result goes to a variable that `variables` does not declare.

use std::sync::Arc;

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0505");

/// The variable of that name.
pub(crate) fn check(cx: &mut Cx<'_>, text: Text<'_>) -> Option<Arc<str>> {
    if let Some((name, _)) = cx.names.variables.get_key_value(text.value) {
        return Some(Arc::clone(name));
    }
    let nearest = cx
        .problems
        .nearest(text.value, cx.names.variables.keys().map(|name| &**name));
    let problem = RULE.at(
        text.region,
        format!("there is no variable {}", Quoted(text.value)),
    );
    cx.problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help("declare it under `variables`"),
    });
    None
}
