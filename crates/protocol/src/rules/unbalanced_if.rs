//! `{{#if}}`, `{{else}}` and `{{/if}}` do not match.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0604");

pub(crate) fn not_closed(region: Region) -> Problem {
    RULE.at(region, "`{{#if}}` is never closed")
        .help("add `{{/if}}`; each file closes its own")
}

pub(crate) fn nothing_to_close(region: Region) -> Problem {
    RULE.at(region, "`{{/if}}` closes no `{{#if}}`")
        .help("remove it, or add the `{{#if …}}` that it closes")
}

pub(crate) fn else_outside(region: Region) -> Problem {
    RULE.at(region, "`{{else}}` stands outside of `{{#if}}`")
        .help("remove it, or add the `{{#if …}}` that it belongs to")
}

pub(crate) fn after_else(region: Region) -> Problem {
    RULE.at(region, "`{{else}}` must be the last branch")
        .help("move it behind the others; an `{{#if}}` has one `{{else}}` at most")
}

pub(crate) fn too_deep(region: Region, most: usize) -> Problem {
    RULE.at(
        region,
        format!("conditions are nested deeper than {most} levels"),
    )
}
