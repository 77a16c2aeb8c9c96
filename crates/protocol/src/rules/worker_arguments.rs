//! What a worker is given, and what it takes, differ.

use super::Rule;
use crate::catalog::WorkerSignature;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::program::WorkerIndex;
use crate::region::Region;
use crate::table::Table;

pub(crate) const RULE: Rule = Rule::warning("OCT0423");

/// What a summarizer is given (CONTRACT 5.2).
const SUMMARIZER_INPUTS: &[&str] = &["PREVIOUS_SUMMARY", "CONVERSATION"];

/// The `input` of a block. Says nothing where the worker is not known.
pub(crate) fn check_block(cx: &mut Cx<'_>, table: &Table<'_>, worker: WorkerIndex) {
    let Some((slug, signature)) = signature(cx, worker) else {
        return;
    };
    let given = table.entries("input");
    let mut meant = Vec::new();
    for entry in given {
        let known = signature.inputs.iter().map(|field| &*field.name);
        if !known.clone().any(|name| *name == *entry.key.name) {
            let nearest = cx.problems.nearest(&entry.key.name, known);
            meant.extend(nearest);
            let name = Quoted(&entry.key.name);
            let message = format!("the worker {} takes no {name}", Quoted(slug));
            let problem = RULE.at(entry.key.region, message);
            cx.problems.push(problem.did_you_mean(nearest));
        }
    }
    let is_given = |name: &str| given.iter().any(|entry| *entry.key.name == *name);
    // A slip is reported once.
    for name in needed(signature, |name| is_given(name) || meant.contains(&name)) {
        let help = format!("add {} to `input`", Quoted(name));
        cx.problems
            .push(missing(table.region, slug, name).help(help));
    }
}

/// A worker that sums up. Says nothing where it is not known.
pub(crate) fn check_summarizer(cx: &mut Cx<'_>, worker: WorkerIndex, region: Region) {
    let Some((slug, signature)) = signature(cx, worker) else {
        return;
    };
    for name in needed(signature, |name| SUMMARIZER_INPUTS.contains(&name)) {
        let help = "a summarizer is given `PREVIOUS_SUMMARY` and `CONVERSATION`, and nothing else";
        cx.problems.push(missing(region, slug, name).help(help));
    }
}

/// What the worker needs and is not given.
fn needed(signature: &WorkerSignature, given: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
    let fields = signature.inputs.iter();
    let needed = fields.filter(|field| !field.optional && field.default.is_none());
    let names = needed.map(|field| &*field.name);
    names.filter(move |name| !given(name))
}

fn missing(region: Region, slug: &str, name: &str) -> Problem {
    let message = format!("the worker {} needs {}", Quoted(slug), Quoted(name));
    RULE.at(region, message)
}

fn signature<'n>(cx: &Cx<'n>, worker: WorkerIndex) -> Option<(&'n str, &'n WorkerSignature)> {
    let names = cx.names;
    let slug = &names.workers.at(worker.0)?.slug;
    let catalog = cx.catalog;
    Some((slug, catalog.worker(slug)?))
}
