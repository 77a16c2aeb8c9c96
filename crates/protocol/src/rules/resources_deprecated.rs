//! Resources are on their way out of the language: state belongs to the application, behind a tool.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0310");

pub(crate) fn section(region: Region) -> Problem {
    RULE.at(region, "resources are deprecated")
        .help("store the value with a tool of your application")
}

pub(crate) fn block(region: Region) -> Problem {
    RULE.at(region, "`set-resource` is deprecated, as resources are")
        .help("store the value with a `tool-call` block")
}
