//! An agent without a system prompt runs, but nothing tells its model what it is for.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0408");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(region, "the agent has no `system` prompt")
        .help("add `system: system` and the file `prompts/system.md`")
}
