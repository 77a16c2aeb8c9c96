//! `contextManagement`: how a long history is kept below the model's window.

use crate::cx::Cx;
use crate::program::{ContextManagement, WorkerIndex};
use crate::rules::{
    recent_window, summarizer_idle, threshold_without_worker, unknown_worker, worker_arguments,
};
use crate::table::Table;

pub(super) fn lower(cx: &mut Cx<'_>, agent: &Table<'_>) -> Option<ContextManagement> {
    let table = agent.table("contextManagement")?;
    let written = table.entry("summarizerWorker");
    let threshold = table.entry("thresholdPercent");
    if let Some(entry) = table.entry("recentWindow") {
        cx.problems.push(recent_window::report(entry.key.region));
    }
    match (written, threshold) {
        (Some(entry), _) if table.get("recentPercent").is_none() => {
            cx.problems.push(summarizer_idle::report(entry.key.region));
        }
        (None, Some(entry)) => {
            let problem = threshold_without_worker::report(entry.key.region);
            cx.problems.push(problem);
        }
        (Some(_), _) | (None, None) => {}
    }
    Some(ContextManagement {
        summarizer: summarizer(cx, &table),
        threshold: table.number("thresholdPercent"),
        recent: table.number("recentPercent"),
    })
}

fn summarizer(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<WorkerIndex> {
    let name = table.text("summarizerWorker")?;
    let worker = unknown_worker::check(cx, name)?;
    cx.uses.index(worker);
    worker_arguments::check_summarizer(cx, worker, name.region);
    Some(worker)
}
