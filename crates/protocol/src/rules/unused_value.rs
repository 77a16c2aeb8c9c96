//! An input or a variable that nothing uses.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0319");

/// `what` is "input" or "variable".
pub(crate) fn report(region: Region, what: &str, name: &str) -> Problem {
    let message = format!("the {what} {} is never used", Quoted(name));
    RULE.at(region, message).help(match what {
        "input" => "name it in the `input` beside a prompt, or remove it",
        _ => "let a block put its `output` there, or remove it",
    })
}
