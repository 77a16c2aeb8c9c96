//! A threshold at which nobody sums up.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0420");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(
        region,
        "`thresholdPercent` has no effect without `summarizerWorker`",
    )
    .help("add `summarizerWorker` with a worker of `workers`")
}
