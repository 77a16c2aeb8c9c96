//! `connection` and `execution` are about the servers that the project runs, those of `source: remote`.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0321");

pub(crate) fn report(region: Region, key: &str) -> Problem {
    let message = format!("`{key}` is only valid with `source: remote`");
    RULE.at(region, message).help(format!(
        "remove `{key}`: this server runs outside of the project"
    ))
}
