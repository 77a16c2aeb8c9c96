//! A part of YAML that a protocol has no use for.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0103");

pub(crate) fn second_document(region: Region) -> Problem {
    RULE.at(region, "the protocol holds a second YAML document")
        .help("a protocol is one document; remove the `---`")
}

pub(crate) fn tag(region: Region, tag: &str) -> Problem {
    RULE.at(
        region,
        format!("the tag {} means nothing in a protocol", Quoted(tag)),
    )
    .help("remove it; quote a value that must be text")
}

pub(crate) fn alias_inside_anchor(region: Region) -> Problem {
    RULE.at(region, "an alias stands inside the value that it repeats")
}

pub(crate) fn complex_key(region: Region) -> Problem {
    RULE.at(region, "a key must be plain text")
        .help("put text that begins with `{`, `[` or `*` in quotes")
}
