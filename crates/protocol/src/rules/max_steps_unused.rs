//! `maxSteps` bounds an agent that may go on calling tools, and no other.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0405");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(
        region,
        "`maxSteps` has no effect on an agent that is not agentic",
    )
    .help("add `agentic: true`")
}
