//! A condition compares with a text that the input can never be.

use std::sync::Arc;

use super::Rule;
use crate::names::{Quoted, one_of};
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0608");

pub(crate) fn check(
    problems: &mut Problems,
    allowed: &[Arc<str>],
    name: &str,
    literal: &str,
    region: Region,
) {
    if allowed.is_empty() || allowed.iter().any(|value| **value == *literal) {
        return;
    }
    let nearest = problems.nearest(literal, allowed.iter().map(|value| &**value));
    let message = format!("{} is never {}", Quoted(name), Quoted(literal));
    let allowed: Vec<&str> = allowed.iter().map(|value| &**value).collect();
    let problem = RULE.at(region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!("its `enum` allows {}", one_of(&allowed))),
    });
}
