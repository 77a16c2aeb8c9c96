//! A condition is none of the four forms.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0605");

pub(crate) fn report(region: Region, condition: &str) -> Problem {
    let message = match condition {
        "" => "the condition is empty".to_owned(),
        _ => format!("{} is not a condition", Quoted(condition)),
    };
    RULE.at(region, message).help(if condition.contains('\'') {
        "put the text in double quotes, as `NAME == \"text\"`"
    } else {
        "write `NAME`, `!NAME`, `NAME == \"text\"` or `NAME != \"text\"`"
    })
}
