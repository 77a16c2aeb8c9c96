//! A condition asks for a declared name that the `input` of the prompt's user does not pass on.
//!
//! It is then absent, as the same name in `{{}}` would be.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0607");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    let message = format!(
        "{} is not passed to this prompt, so the condition sees no value",
        Quoted(name)
    );
    RULE.at(region, message).help(format!(
        "add {} to the `input` beside the prompt",
        Quoted(name)
    ))
}
