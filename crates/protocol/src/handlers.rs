//! `handlers`, what a trigger starts; and `steps`, what a worker does.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::blocks;
use crate::cx::Cx;
use crate::program::{Block, Trigger};
use crate::rules::{empty_handler, handler_without_trigger, trigger_without_handler};
use crate::scope::Scope;
use crate::table::Table;
use crate::yaml::Entry;

/// Every trigger with its handler.
pub(crate) fn lower(cx: &mut Cx<'_>, protocol: &Table<'_>) -> BTreeMap<Arc<str>, Trigger> {
    let mut handlers = BTreeMap::new();
    for entry in protocol.entries("handlers") {
        handlers.insert(Arc::clone(&entry.key.name), handler(cx, entry));
    }
    let names = cx.names;
    let mut triggers = BTreeMap::new();
    for trigger in names.triggers.iter() {
        let Some(handler) = handlers.remove(&trigger.name) else {
            let problem = trigger_without_handler::report(trigger.region, &trigger.name);
            cx.problems.push(problem);
            continue;
        };
        let inputs = trigger.value.inputs.values().cloned().collect();
        triggers.insert(Arc::clone(&trigger.name), Trigger { inputs, handler });
    }
    triggers
}

fn handler(cx: &mut Cx<'_>, entry: &Entry) -> Vec<Block> {
    let (name, region) = (&entry.key.name, entry.key.region);
    let names = cx.names;
    if names.triggers.get(name).is_none() {
        handler_without_trigger::report(cx.problems, names, region, name);
    }
    blocks(cx, &Scope::handler(names, name), entry)
}

/// The steps of a worker.
pub(crate) fn steps(cx: &mut Cx<'_>, entry: &Entry) -> Vec<Block> {
    let scope = Scope::agent(cx.names);
    blocks(cx, &scope, entry)
}

fn blocks(cx: &mut Cx<'_>, scope: &Scope<'_>, entry: &Entry) -> Vec<Block> {
    let entries = entry.value.as_map();
    if entry.value.is_null() || entries.is_some_and(<[Entry]>::is_empty) {
        let problem = match &cx.started {
            Some(_) => empty_handler::worker(entry.key.region),
            None => empty_handler::report(entry.key.region, &entry.key.name),
        };
        cx.problems.push(problem);
    }
    let mut blocks = Vec::new();
    for block in entries.unwrap_or_default() {
        if cx.problems.are_enough() {
            break;
        }
        blocks.extend(blocks::lower(cx, scope, block));
    }
    blocks
}
