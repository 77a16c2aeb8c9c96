//! A worker is declared that the project does not have, or that is no worker there.
//!
//! It is a warning, since the agents of a project come in any order; running it is an error.

use super::Rule;
use crate::catalog::Signature;
use crate::cx::Cx;
use crate::names::{Quoted, is_kebab};

pub(crate) const RULE: Rule = Rule::warning("OCT0422");

/// Says nothing where the project is not known.
pub(crate) fn check(cx: &mut Cx<'_>) {
    let Some(agents) = cx.catalog.agents else {
        return;
    };
    let names = cx.names;
    for worker in names.workers.iter() {
        let name = Quoted(&worker.name);
        let problem = match agents.get(&*worker.name) {
            Some(Signature::Worker(_) | Signature::Broken) => continue,
            Some(Signature::Interactive) => {
                let message = format!("the agent {name} is no worker");
                let help = "set `\"format\": \"worker\"` in its settings.json";
                RULE.at(worker.region, message).help(help)
            }
            // What is no slug at all is reported as such.
            None if !is_kebab(&worker.name) => continue,
            None => {
                let nearest = cx
                    .problems
                    .nearest(&worker.name, agents.keys().map(|it| &**it));
                let message = format!("the project has no worker {name}");
                RULE.at(worker.region, message).did_you_mean(nearest)
            }
        };
        cx.problems.push(problem);
    }
}
