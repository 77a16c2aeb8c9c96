//! What a worker is given, and what it takes, differ.

use super::Rule;
use crate::catalog::WorkerSignature;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::WorkerIndex;
use crate::region::Region;
use crate::table::Table;

pub(crate) const RULE: Rule = Rule::warning("OCT0423");

/// The `input` of a block. Says nothing where the worker is not known.
pub(crate) fn check_block(cx: &mut Cx<'_>, table: &Table<'_>, worker: WorkerIndex) {
    let given = table.entries("input");
    if let Some((slug, signature)) = signature(cx, worker) {
        for entry in given {
            let known = signature.inputs.iter().map(|field| &*field.name);
            if !known.clone().any(|name| *name == *entry.key.name) {
                let nearest = cx.problems.nearest(&entry.key.name, known);
                let name = Quoted(&entry.key.name);
                let message = format!("the worker {} takes no {name}", Quoted(slug));
                let problem = RULE.at(entry.key.region, message);
                cx.problems.push(problem.did_you_mean(nearest));
            }
        }
    }
    let names = given.iter().map(|entry| &*entry.key.name);
    check(cx, worker, table.region, names);
}

/// The names of what a worker is given. Says nothing where the worker is not known.
pub(crate) fn check<'a>(
    cx: &mut Cx<'_>,
    worker: WorkerIndex,
    region: Region,
    given: impl Iterator<Item = &'a str> + Clone,
) {
    let Some((slug, signature)) = signature(cx, worker) else {
        return;
    };
    for field in &signature.inputs {
        let may_be_absent = field.optional || field.default.is_some();
        if !may_be_absent && !given.clone().any(|name| *name == *field.name) {
            let name = Quoted(&field.name);
            let message = format!("the worker {} needs {name}", Quoted(slug));
            let problem = RULE.at(region, message);
            cx.problems
                .push(problem.help(format!("add {name} to `input`")));
        }
    }
}

fn signature<'n>(cx: &Cx<'n>, worker: WorkerIndex) -> Option<(&'n str, &'n WorkerSignature)> {
    let names = cx.names;
    let slug = &names.workers.at(worker.0)?.slug;
    let catalog = cx.catalog;
    Some((slug, catalog.worker(slug)?))
}
