//! How many steps a model may take for one answer.

use super::Owner;
use super::offered::Offered;
use crate::cx::Cx;
use crate::program::Setting;
use crate::rules::max_steps_unused;
use crate::setting;
use crate::table::{self, Table};

/// The steps of an agentic agent that does not say how many.
const AGENTIC_STEPS: u32 = 10;

/// How many, and whether the last one is asked for an answer (CONTRACT 7.9).
pub(super) fn lower(
    cx: &mut Cx<'_>,
    table: &Table<'_>,
    owner: Owner,
    offered: &Offered,
) -> (Setting<u32>, bool) {
    let written = setting::read(cx, table, "maxSteps", table::whole);
    // A thread is agentic by its steps; one step is what it takes anyway (CONTRACT 5.2).
    let several = written.as_ref().is_some_and(|it| *it != Setting::Fixed(1));
    let implied = owner == Owner::Thread && several;
    if table.bool("agentic").unwrap_or(implied) {
        return (written.unwrap_or(Setting::Fixed(AGENTIC_STEPS)), false);
    }
    if let Some(entry) = table.entry("maxSteps")
        && (several || (owner == Owner::Agent && written.is_some()))
    {
        cx.problems.push(max_steps_unused::report(entry.key.region));
    }
    // One round of tools, then one answer without them.
    if offered.is_nothing(table) {
        (Setting::Fixed(1), false)
    } else {
        (Setting::Fixed(2), true)
    }
}
