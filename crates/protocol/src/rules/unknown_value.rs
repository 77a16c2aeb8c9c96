//! A value is none of the few that its key takes.

use super::Rule;
use crate::names::{Quoted, one_of};
use crate::problems::{Problem, Problems};
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0205");

/// The `type` of a definition that is meant as another form than a list.
pub(crate) fn form(text: Text<'_>) -> Problem {
    let message = format!("{} is no form of a type", Quoted(text.value));
    let help = "a list has `type: array` and `items`; the keys of an object are its properties";
    RULE.at(text.region, message).help(help)
}

pub(crate) fn report(problems: &mut Problems, text: Text<'_>, key: &str, allowed: &[&str]) {
    let nearest = problems.nearest(text.value, allowed.iter().copied());
    let message = format!(
        "{} is no value of `{key}`; it takes {}",
        Quoted(text.value),
        one_of(allowed)
    );
    problems.push(RULE.at(text.region, message).did_you_mean(nearest));
}
