//! A key stands twice in one map, so that one of its values would be lost.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0104");

pub(crate) fn report(name: &str, first: Region, second: Region) -> Problem {
    RULE.at(second, format!("{} is defined twice", Quoted(name)))
        .label("this one is ignored")
        .first(first)
}
