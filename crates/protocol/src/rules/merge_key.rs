//! A merge key `<<`. YAML 1.2 has none, and what it means would depend on the parser.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0105");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(region, "merge keys are not supported")
        .help("write the keys out, or repeat the whole value with an alias")
}
