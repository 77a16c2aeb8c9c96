//! A section that agents of the other format have.

use domain::AgentFormat;

use super::Rule;
use crate::problems::Problems;
use crate::table::Table;

pub(crate) const RULE: Rule = Rule::error("OCT0705");

pub(crate) fn check(problems: &mut Problems, format: AgentFormat, protocol: &Table<'_>) {
    let (keys, what, help): (&[&str], _, _) = match format {
        AgentFormat::Interactive => (
            &["steps", "output"],
            "an interactive agent",
            "write `handlers`, or set `\"format\": \"worker\"` in settings.json",
        ),
        AgentFormat::Worker => (
            &["agent", "triggers", "handlers"],
            "a worker",
            "write `steps` with `start-thread` blocks, or set `\"format\": \"interactive\"` in settings.json",
        ),
    };
    for key in keys {
        if let Some(entry) = protocol.entry(key) {
            let message = format!("{what} has no `{key}`");
            problems.push(RULE.at(entry.key.region, message).help(help));
        }
    }
}
