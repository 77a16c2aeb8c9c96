//! `handlers`: what a trigger starts.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::blocks;
use crate::cx::Cx;
use crate::program::{Block, Trigger};
use crate::rules::{empty_handler, handler_without_trigger, trigger_without_handler};
use crate::scope::Scope;
use crate::table::{self, Table};
use crate::yaml::Entry;

/// Every trigger with its handler.
pub(crate) fn lower(cx: &mut Cx<'_>, protocol: &Table<'_>) -> BTreeMap<Arc<str>, Trigger> {
    let mut handlers = BTreeMap::new();
    let entries = protocol
        .get("handlers")
        .and_then(|node| table::entries(cx.problems, "handlers", "the handlers", node));
    for entry in entries.unwrap_or_default() {
        handlers.insert(Arc::clone(&entry.key.name), handler(cx, entry));
    }
    let names = cx.names;
    let mut triggers = BTreeMap::new();
    for (name, trigger) in &names.triggers {
        let Some(handler) = handlers.remove(name) else {
            let problem = trigger_without_handler::report(trigger.region, name);
            cx.problems.push(problem);
            continue;
        };
        let inputs = trigger.inputs.to_vec();
        triggers.insert(Arc::clone(name), Trigger { inputs, handler });
    }
    triggers
}

fn handler(cx: &mut Cx<'_>, entry: &Entry) -> Vec<Block> {
    let (name, region) = (&entry.key.name, entry.key.region);
    let names = cx.names;
    let trigger = names.triggers.get(name);
    if trigger.is_none() {
        handler_without_trigger::report(cx.problems, names, region, name);
    }
    let scope = Scope::handler(names, trigger.map(|trigger| &trigger.inputs));
    let entries = table::entries(cx.problems, name, "the blocks", &entry.value);
    if entries.is_some_and(<[Entry]>::is_empty) {
        cx.problems.push(empty_handler::report(region, name));
    }
    let blocks = entries.unwrap_or_default().iter();
    blocks
        .filter_map(|block| blocks::lower(cx, &scope, block))
        .collect()
}
