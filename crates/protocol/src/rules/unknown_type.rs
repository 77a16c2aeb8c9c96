//! A type that is neither built in nor declared under `types`.

use super::Rule;
use crate::declarations::Declared;
use crate::names::{Quoted, one_of};
use crate::problems::Problems;
use crate::table::Text;
use crate::types::BASIC;

pub(crate) const RULE: Rule = Rule::error("OCT0305");

/// `declared` are the author's own types.
pub(crate) fn report(problems: &mut Problems, declared: &Declared<()>, text: Text<'_>) {
    let known = BASIC.iter().map(|(name, _)| *name).chain(declared.names());
    let nearest = problems.nearest(text.value.trim_end_matches("[]"), known);
    let message = format!("there is no type {}", Quoted(text.value));
    let problem = RULE.at(text.region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!(
            "the types are {}, lists of them as `string[]`, and those under `types`",
            names()
        )),
    });
}

fn names() -> String {
    let names: Vec<&str> = BASIC.iter().map(|(name, _)| *name).collect();
    one_of(&names)
}
