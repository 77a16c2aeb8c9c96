//! A property of the type `array` says what the list holds by `items`, and no other has them.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0316");

pub(crate) fn missing(region: Region) -> Problem {
    RULE.at(region, "an `array` needs `items`")
        .help("add `items: { type: string }`, or whatever the list holds")
}

pub(crate) fn unused(region: Region) -> Problem {
    RULE.at(region, "only the type `array` has `items`")
        .help("write `type: array`, or remove `items`")
}
