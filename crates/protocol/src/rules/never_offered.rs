//! A tool, a skill, an MCP server or a worker that nothing uses: no thread offers it to its model, and
//! no block calls it.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0410");

/// `key` is where a thread offers things of the kind.
pub(crate) fn report(region: Region, what: &str, key: &str, name: &str) -> Problem {
    let message = format!("the {what} {} is never used", Quoted(name));
    RULE.at(region, message)
        .help(format!("add it to `{key}` of the agent, or remove it"))
}
