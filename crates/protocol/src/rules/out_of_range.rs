//! A number is smaller or larger than its key takes.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0403");

pub(crate) fn whole(region: Region, key: &str, min: u32, max: u32) -> Problem {
    let wanted = match (min, max) {
        (0, u32::MAX) => "a whole number".to_owned(),
        (min, u32::MAX) => format!("a whole number, {min} or more"),
        (min, max) => format!("a whole number from {min} to {max}"),
    };
    RULE.at(region, format!("{} must be {wanted}", Quoted(key)))
}

pub(crate) fn number(region: Region, key: &str, min: f64, max: f64) -> Problem {
    let message = format!("{} must be a number from {min} to {max}", Quoted(key));
    RULE.at(region, message)
}
