//! A resource without `type` may hold anything.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0309");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    RULE.at(
        region,
        format!(
            "the resource {} has no `type`; it is taken as `unknown`",
            Quoted(name)
        ),
    )
    .help("add `type: string`, or whatever it holds")
}
