//! A summarizer without `recentPercent` is never run: nothing says what it shall leave alone.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0419");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(
        region,
        "`summarizerWorker` never runs without `recentPercent`",
    )
    .help("add `recentPercent: 0.3`")
}
