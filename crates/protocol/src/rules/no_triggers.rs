//! An agent without triggers is complete, but nobody can talk to it.

use super::Rule;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::warning("OCT0503");

pub(crate) fn report() -> Problem {
    RULE.at(
        Region::whole(File::Protocol),
        "the agent has no triggers, so nothing can start it",
    )
    .help("add `triggers` and `handlers`")
}
