//! A tool of a worker is answered by a tool of this agent, and the worker has no such tool.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::table::Table;

pub(crate) const RULE: Rule = Rule::warning("OCT0424");

/// Says nothing where the project is not known.
pub(crate) fn check(cx: &mut Cx<'_>, protocol: &Table<'_>) {
    let catalog = cx.catalog;
    for worker in protocol.entries("workers") {
        let signature = catalog.worker(&worker.key.name);
        let Some((signature, table)) = signature.zip(Table::of_entry(worker)) else {
            continue;
        };
        for answer in table.entries("tools") {
            let name = &answer.key.name;
            let known = signature.tools.iter().map(|tool| &**tool);
            if known.clone().any(|tool| *tool == **name) {
                continue;
            }
            let nearest = cx.problems.nearest(name, known);
            let (worker, name) = (Quoted(&worker.key.name), Quoted(name));
            let message = format!("the worker {worker} has no tool {name}");
            let problem = RULE.at(answer.key.region, message);
            cx.problems.push(match nearest {
                Some(_) => problem.did_you_mean(nearest),
                None => {
                    problem.help("the keys are tools of the worker, the values tools of this agent")
                }
            });
        }
    }
}
