//! A handler without blocks does nothing.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0510");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    RULE.at(
        region,
        format!(
            "the handler {} has no blocks, so it does nothing",
            Quoted(name)
        ),
    )
}
