//! A reference that no thread offers its model.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0704");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    RULE.at(
        region,
        format!("nothing uses the reference {}", Quoted(name)),
    )
    .help("add it to `references` of the agent, or remove the file")
}
