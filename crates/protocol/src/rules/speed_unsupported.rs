//! `speed: fast` on a model that knows one speed only.

use domain::{ModelRef, Speed};

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::Setting;
use crate::table::Table;

pub(crate) const RULE: Rule = Rule::warning("OCT0418");

/// Nothing is said of a model that is chosen later, or that nobody knows.
pub(crate) fn check(
    cx: &mut Cx<'_>,
    table: &Table<'_>,
    speed: Option<&Setting<Speed>>,
    model: Option<&Setting<ModelRef>>,
) {
    if let (Some(Setting::Fixed(Speed::Fast)), Some(Setting::Fixed(model))) = (speed, model)
        && cx
            .catalog
            .facts(model)
            .is_some_and(|facts| !facts.fast_mode)
        && let Some(node) = table.get("speed")
    {
        let message = format!("{} has no fast mode", Quoted(&model.to_string()));
        let help = "it runs at its usual speed; remove `speed`";
        cx.problems.push(RULE.at(node.region, message).help(help));
    }
}
