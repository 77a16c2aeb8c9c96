//! A model is `provider/model-id`, or a variable that holds one.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0401");

pub(crate) fn report(text: Text<'_>) -> Problem {
    RULE.at(
        text.region,
        format!("{} is not a model", Quoted(text.value)),
    )
    .help("write `provider/model-id`, as `anthropic/claude-sonnet-4-5`, or the name of an input")
}
