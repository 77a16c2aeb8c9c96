//! Prompts include each other in a circle.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0602");

/// `chain` begins and ends with the same prompt.
pub(crate) fn report(region: Region, chain: &[&str]) -> Problem {
    let chain: Vec<String> = chain.iter().map(|name| Quoted(name).to_string()).collect();
    RULE.at(
        region,
        format!(
            "prompts include each other in a circle: {}",
            chain.join(" -> ")
        ),
    )
    .label("the circle closes here")
}
