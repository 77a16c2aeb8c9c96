//! A block of a kind that the language does not know.

use super::Rule;
use crate::language;
use crate::names::{Quoted, one_of};
use crate::problems::Problems;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0206");

pub(crate) fn report(problems: &mut Problems, kind: Text<'_>) {
    let known: Vec<&str> = language::BLOCKS.iter().map(|row| row.kind).collect();
    let nearest = problems.nearest(kind.value, known.iter().copied());
    let message = format!("there is no block {}", Quoted(kind.value));
    let problem = RULE.at(kind.region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!("write {}", one_of(&known))),
    });
}
