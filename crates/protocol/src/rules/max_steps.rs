//! `maxSteps` is a whole number above 0.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0404");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(region, "`maxSteps` must be a whole number above 0")
}
