//! A key, a value or a block of the language that this version does not build yet.
//!
//! The list of them is in [`crate::language`].

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0204");

pub(crate) fn key(region: Region, key: &str) -> Problem {
    report(region, &Quoted(key).to_string())
}

pub(crate) fn block(region: Region, kind: &str) -> Problem {
    report(region, &format!("the block {}", Quoted(kind)))
}

pub(crate) fn worker_format() -> Problem {
    report(Region::whole(File::Settings), "the format `worker`")
}

fn report(region: Region, what: &str) -> Problem {
    RULE.at(
        region,
        format!("{what} is not supported yet by this version"),
    )
}
