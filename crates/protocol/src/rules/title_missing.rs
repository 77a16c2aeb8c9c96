//! `display: title` without a title shows the bare name.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0407");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(region, "`display: title` has no `title` to show")
        .help("add `title`")
}
