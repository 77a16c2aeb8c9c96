//! A resource is set that is declared `readonly`.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0507");

pub(crate) fn report(text: Text<'_>) -> Problem {
    RULE.at(
        text.region,
        format!("the resource {} is `readonly`", Quoted(text.value)),
    )
    .help("remove `readonly: true` from its declaration, or this block")
}
