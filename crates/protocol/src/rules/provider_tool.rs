//! A tool that the provider does not run.

use super::Rule;
use crate::names::{Quoted, one_of};
use crate::problems::Problems;
use crate::yaml::Key;

pub(crate) const RULE: Rule = Rule::error("OCT0417");

pub(crate) fn check(problems: &mut Problems, name: &Key, known: &[&str]) {
    if known.contains(&&*name.name) {
        return;
    }
    let nearest = problems.nearest(&name.name, known.iter().copied());
    let message = format!("the provider runs no tool {}", Quoted(&name.name));
    let problem = RULE.at(name.region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!("write {}", one_of(known))),
    });
}
