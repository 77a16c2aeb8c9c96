//! A block of a kind that the language does not know.

use super::Rule;
use crate::language;
use crate::names::{Quoted, one_of};
use crate::problems::Problems;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0206");

pub(crate) fn report(problems: &mut Problems, kind: Text<'_>) {
    let known = language::BLOCKS
        .iter()
        .map(|(name, _)| *name)
        .chain(language::LATER_BLOCKS.iter().copied());
    let nearest = problems.nearest(kind.value, known);
    let message = format!("there is no block {}", Quoted(kind.value));
    let problem = RULE.at(kind.region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => {
            let built: Vec<&str> = language::BLOCKS.iter().map(|(name, _)| *name).collect();
            problem.help(format!("write {}", one_of(&built)))
        }
    });
}
