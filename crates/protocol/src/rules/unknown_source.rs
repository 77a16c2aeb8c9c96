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
        cx.uses.read(scope.trigger(), &place);
        return Some(place);
    }
    let nearest = cx.problems.nearest(text.value, scope.names());
    let message = format!(
        "there is no input, variable or resource {}",
        Quoted(text.value)
    );
    let problem = RULE.at(text.region, message);
    let whole = text.value.split_once('.').map(|(whole, _)| whole);
    let whole = whole.filter(|whole| scope.find(whole).is_some());
    cx.problems.push(if let Some(whole) = whole {
        problem.help(format!(
            "pass {} whole: a name can't reach into a value",
            Quoted(whole)
        ))
    } else if scope.only_trigger(text.value) {
        problem.help("the input of a trigger is seen only by the blocks of its handler")
    } else if nearest.is_some() {
        problem.did_you_mean(nearest)
    } else {
        problem.help("declare it under `input` or `variables`")
    });
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn the_system_prompt_sees_no_trigger_input() {
        check(
            &RULE,
            "triggers: { go: { input: { A: { type: string } } } }\n\
             agent: { model: a/b, input: [A] }",
            &[],
            &["protocol.yaml:2:30 there is no input, variable or resource `A`"],
        );
    }

    #[test]
    fn the_handler_of_the_trigger_does() {
        check(
            &RULE,
            "triggers: { go: { input: { A: { type: string } } } }\n\
             handlers: { go: { B: { block: add-message, role: user, uiContent: A } } }",
            &[],
            &[],
        );
    }
}
