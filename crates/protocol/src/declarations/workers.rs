//! `workers`: the worker agents that this agent may run.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Display;

use super::{Declared, ToolDecl};
use crate::display;
use crate::problems::Problems;
use crate::program::{ToolIndex, Worker};
use crate::rules::{reserved_name, unknown_tool, worker_name};
use crate::table::{Table, Text};
use crate::yaml::Entry;

pub(super) fn read(
    problems: &mut Problems,
    tools: &Declared<ToolDecl>,
    protocol: &Table<'_>,
) -> Declared<Worker> {
    let mut workers = Declared::default();
    for entry in protocol.entries("workers") {
        let (name, region) = (&entry.key.name, entry.key.region);
        if reserved_name::check(problems, name, region) {
            worker_name::check(problems, tools, name, region);
        }
        workers.insert(&entry.key, worker(problems, tools, entry));
    }
    workers
}

fn worker(problems: &mut Problems, tools: &Declared<ToolDecl>, entry: &Entry) -> Worker {
    let mut worker = Worker {
        slug: Arc::clone(&entry.key.name),
        description: None,
        display: Display::Stream,
        label: None,
        tools: BTreeMap::new(),
    };
    if let Some(table) = Table::of_entry(entry) {
        let (display, label) = display::read(problems, &table, Display::Stream);
        worker.description = table.string("description");
        worker.display = display;
        worker.label = label;
        for entry in table.entries("tools") {
            let tool =
                Text::of(&entry.value).and_then(|name| unknown_tool::find(problems, tools, name));
            worker
                .tools
                .extend(tool.map(|tool| (Arc::clone(&entry.key.name), ToolIndex(tool))));
        }
    }
    worker
}
