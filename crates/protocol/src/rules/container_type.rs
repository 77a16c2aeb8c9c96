//! `array` and `object` say nothing about what they hold, so they are no types.

use super::Rule;
use crate::problems::Problem;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0306");

pub(crate) fn report(text: Text<'_>) -> Problem {
    let problem = RULE.at(text.region, format!("`{}` alone is not a type", text.value));
    problem.help(match &**text.value {
        "array" => "say what the list holds, as `string[]`",
        _ => "use `unknown` for any value",
    })
}
