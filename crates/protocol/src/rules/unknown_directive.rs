//! A `{{#…}}` or `{{/…}}` that other template languages have. Here it is plain text.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0611");

pub(crate) fn report(region: Region, directive: &str) -> Problem {
    let message = format!("{} is plain text here", Quoted(directive));
    RULE.at(region, message)
        .help("the only blocks are `{{#if …}}`, `{{else}}` and `{{/if}}`")
}
