//! A variable is read, and no block ever puts anything into it.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0324");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    let message = format!(
        "no block sets the variable {}, so it has no value",
        Quoted(name)
    );
    RULE.at(region, message)
        .help("add it as the `output` of a block, or give it a `default`")
}
