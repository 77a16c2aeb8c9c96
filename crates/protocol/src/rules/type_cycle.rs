//! Types refer to each other in a circle, so that no value of them would ever end.

use super::Rule;
use crate::names::chain;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0313");

/// `circle` begins and ends with the same type.
pub(crate) fn report(region: Region, circle: &[&str]) -> Problem {
    let message = format!("types refer to each other in a circle: {}", chain(circle));
    RULE.at(region, message)
        .label("the circle closes here")
        .help("use `unknown` for one of them")
}
