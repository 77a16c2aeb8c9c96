//! A value is taken from a name that nothing declares.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::Place;
use crate::scope::Scope;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0504");

/// The place of that name, as `scope` sees it.
pub(crate) fn check(cx: &mut Cx<'_>, scope: &Scope<'_>, text: Text<'_>) -> Option<Place> {
    if let Some(place) = scope.find(text.value) {
        return Some(place);
    }
    let nearest = cx.problems.nearest(text.value, scope.names());
    let message = format!(
        "there is no input, variable or resource {}",
        Quoted(text.value)
    );
    let problem = RULE.at(text.region, message);
    cx.problems.push(if scope.only_trigger(text.value) {
        problem.help("the input of a trigger is seen only by the blocks of its handler")
    } else if nearest.is_some() {
        problem.did_you_mean(nearest)
    } else {
        problem.help("declare it under `input` or `variables`")
    });
    None
}
