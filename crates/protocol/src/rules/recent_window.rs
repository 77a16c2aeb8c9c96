//! `recentWindow` is ignored: `recentPercent` took its place.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0421");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(region, "`recentWindow` is deprecated and ignored")
        .help("write `recentPercent` with a fraction of the model's window")
}
