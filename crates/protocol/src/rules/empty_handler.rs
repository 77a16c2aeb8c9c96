//! A handler without blocks, or a worker without steps, does nothing.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0510");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    let name = Quoted(name);
    let message = format!("the handler {name} has no blocks, so it does nothing");
    RULE.at(region, message)
        .help("add a block, as `Answer: { block: next-message }`")
}

pub(crate) fn worker(region: Region) -> Problem {
    RULE.at(region, "the worker has no steps, so it does nothing")
        .help("add a `start-thread` block, and one for each step behind it")
}
