//! A worker is used that `workers` does not declare.

use super::{Rule, unknown};
use crate::cx::Cx;
use crate::program::WorkerIndex;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0413");

/// The worker of that name.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) -> Option<WorkerIndex> {
    let names = cx.names;
    let help = "define it under `workers`";
    unknown::check(&RULE, cx.problems, &names.workers, name, ("worker", help)).map(WorkerIndex)
}
