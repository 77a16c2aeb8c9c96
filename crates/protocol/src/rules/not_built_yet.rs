//! A key or a block that is right, and that this version of the server cannot run yet.
//!
//! The key has no effect; a block ends the execution with an error when it is reached.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0204");

pub(crate) fn key(region: Region, key: &str) -> Problem {
    let message = format!(
        "{} has no effect in this version of the server",
        Quoted(key)
    );
    RULE.at(region, message)
}

pub(crate) fn value(region: Region, value: &str) -> Problem {
    let message = format!(
        "{} has no effect in this version of the server",
        Quoted(value)
    );
    RULE.at(region, message)
}

pub(crate) fn block(region: Region, kind: &str) -> Problem {
    let message = format!(
        "this version of the server cannot run the block {}",
        Quoted(kind)
    );
    RULE.at(region, message)
        .help("an execution that reaches it ends with an error")
}
