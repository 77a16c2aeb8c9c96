//! A trigger that starts nothing.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0501");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    RULE.at(
        region,
        format!("the trigger {} has no handler", Quoted(name)),
    )
    .help(format!("add {} to `handlers`", Quoted(name)))
}
