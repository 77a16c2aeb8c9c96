//! A block of a kind that the language does not know.

use super::Rule;
use crate::language;
use crate::names::Quoted;
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
    problems.push(RULE.at(kind.region, message).did_you_mean(nearest));
}
