//! A key that the language does not know. It is ignored.

use super::Rule;
use crate::language::{self, Section};
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0203");

pub(crate) fn report(
    region: Region,
    section: &Section,
    key: &str,
    nearest: Option<&str>,
) -> Problem {
    let message = format!(
        "{} is no key of {}; it is ignored",
        Quoted(key),
        section.what
    );
    let problem = RULE.at(region, message);
    let is_top = section.what == language::PROTOCOL.what;
    if nearest.is_none() && is_top && language::AGENT.key(key).is_some() {
        return problem.help("it belongs under `agent`");
    }
    problem.did_you_mean(nearest)
}
