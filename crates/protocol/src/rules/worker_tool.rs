//! A tool of a worker is answered by a tool of this agent, and the worker has no such tool.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;

pub(crate) const RULE: Rule = Rule::warning("OCT0424");

/// Says nothing where the project is not known.
pub(crate) fn check(cx: &mut Cx<'_>) {
    let names = cx.names;
    let catalog = cx.catalog;
    for worker in names.workers.iter() {
        let Some(signature) = catalog.worker(&worker.name) else {
            continue;
        };
        for name in worker.value.tools.keys() {
            let known = signature.tools.iter().map(|tool| &**tool);
            if known.clone().any(|tool| *tool == **name) {
                continue;
            }
            let nearest = cx.problems.nearest(name, known);
            let worker_name = Quoted(&worker.name);
            let message = format!("the worker {worker_name} has no tool {}", Quoted(name));
            let problem = RULE.at(worker.region, message);
            cx.problems.push(problem.did_you_mean(nearest));
        }
    }
}
