//! A resource is set that `resources` does not declare.

use std::sync::Arc;

use super::Rule;
use crate::cx::Cx;
use crate::declarations::Resource;
use crate::names::Quoted;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0506");

/// The resource of that name.
pub(crate) fn check<'n>(cx: &mut Cx<'n>, text: Text<'_>) -> Option<(&'n Arc<str>, &'n Resource)> {
    let names = cx.names;
    let found = names.resources.get_key_value(text.value);
    if found.is_none() {
        let nearest = cx
            .problems
            .nearest(text.value, names.resources.keys().map(|name| &**name));
        let problem = RULE.at(
            text.region,
            format!("there is no resource {}", Quoted(text.value)),
        );
        cx.problems.push(match nearest {
            Some(_) => problem.did_you_mean(nearest),
            None => problem.help("declare it under `resources`"),
        });
    }
    found
}
