//! A model is `provider/model-id`, or a variable that holds one.

use domain::ModelRef;

use super::Rule;
use crate::names::Quoted;
use crate::problems::{Problem, Problems};
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0401");

/// The model id may itself hold slashes, but nothing may hold white space.
pub(crate) fn check(problems: &mut Problems, text: Text<'_>) {
    let is_model = text.value.parse::<ModelRef>().is_ok();
    if !is_model || text.value.contains(char::is_whitespace) {
        problems.push(report(text));
    }
}

fn report(text: Text<'_>) -> Problem {
    RULE.at(
        text.region,
        format!("{} is not a model", Quoted(text.value)),
    )
    .help("write `provider/model-id`, as `anthropic/claude-sonnet-4-5`, or the name of an input")
}
