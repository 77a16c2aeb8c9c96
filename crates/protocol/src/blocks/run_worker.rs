//! `run-worker`: runs a worker without asking a model.

use super::{arguments, output};
use crate::cx::Cx;
use crate::program::RunWorker;
use crate::rules::{unknown_worker, worker_arguments};
use crate::scope::Scope;
use crate::table::Table;

pub(super) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<RunWorker> {
    let worker = table
        .text("worker")
        .and_then(|name| unknown_worker::check(cx, name));
    let arguments = arguments(cx, scope, table);
    if let Some(worker) = worker {
        cx.uses.index(worker);
        worker_arguments::check_block(cx, table, worker);
    }
    let output = output(cx, table, None);
    Some(RunWorker {
        worker: worker?,
        arguments,
        output: output?,
    })
}
