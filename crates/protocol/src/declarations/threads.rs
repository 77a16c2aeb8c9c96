//! The threads that `start-thread` blocks start. They are known before any handler is lowered, since
//! one handler may speak in a thread that another one starts.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::table::Table;
use crate::yaml::{Entry, Node};

pub(super) fn read(protocol: &Table<'_>) -> BTreeSet<Arc<str>> {
    let handlers = protocol.entries("handlers").iter();
    let blocks = handlers.flat_map(|handler| entries(&handler.value));
    let steps = protocol.entries("steps").iter();
    blocks.chain(steps).filter_map(started).cloned().collect()
}

/// The thread that a block starts; it is called like the block where it has no name of its own.
pub(crate) fn started(block: &Entry) -> Option<&Arc<str>> {
    let text = |key: &str| {
        let mut keys = entries(&block.value);
        keys.find(|it| *it.key.name == *key)?.value.as_text()
    };
    let starts = text("block").is_some_and(|kind| **kind == *"start-thread");
    starts.then(|| text("thread").unwrap_or(&block.key.name))
}

fn entries(node: &Node) -> impl Iterator<Item = &Entry> {
    node.as_map().into_iter().flatten()
}
