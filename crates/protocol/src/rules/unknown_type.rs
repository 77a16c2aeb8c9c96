//! A type that is neither built in nor declared under `types`.

use super::Rule;
use crate::names::{Quoted, one_of};
use crate::problems::Problems;
use crate::table::Text;
use crate::types::BASIC;

pub(crate) const RULE: Rule = Rule::error("OCT0305");

pub(crate) fn report(problems: &mut Problems, text: Text<'_>) {
    let nearest = problems.nearest(text.value, BASIC.iter().map(|(name, _)| *name));
    let message = format!("there is no type {}", Quoted(text.value));
    let problem = RULE.at(text.region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!(
            "the types are {}, and lists of them as `string[]`",
            names()
        )),
    });
}

fn names() -> String {
    let names: Vec<&str> = BASIC.iter().map(|(name, _)| *name).collect();
    one_of(&names)
}
