//! A key that the language does not know. It is ignored.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0203");

/// `what` with its article: "an agent".
pub(crate) fn report(region: Region, what: &str, key: &str, nearest: Option<&str>) -> Problem {
    RULE.at(
        region,
        format!("{} is no key of {what}; it is ignored", Quoted(key)),
    )
    .did_you_mean(nearest)
}
