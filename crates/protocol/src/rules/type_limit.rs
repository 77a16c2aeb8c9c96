//! A type is larger, or nested deeper, than any that a model can be asked for.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0314");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    let message = format!(
        "the type {} is too large when everything in it is written out",
        Quoted(name)
    );
    RULE.at(region, message)
        .help("use `unknown` for parts whose form does not matter")
}
