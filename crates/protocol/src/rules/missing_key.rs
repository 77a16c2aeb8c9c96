//! A key that must be there is absent.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0202");

/// `what` with its article: "an agent".
pub(crate) fn report(region: Region, what: &str, key: &str) -> Problem {
    RULE.at(region, format!("{what} needs {}", Quoted(key)))
        .label(format!("{} is missing", Quoted(key)))
}
