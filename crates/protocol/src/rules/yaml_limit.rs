//! The protocol is larger or deeper than any that a person writes.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0102");

pub(crate) fn size(file: Region, found: usize, most: usize) -> Problem {
    let message = format!("the file has {found} bytes of YAML or JSON; the limit is {most}");
    RULE.at(file, message)
        .help("move long texts to files in `prompts/` or `references/`")
}

pub(crate) fn nodes(region: Region, most: usize) -> Problem {
    let message = format!("the file holds more than {most} values");
    RULE.at(region, message)
        .help("what an alias repeats is counted each time")
}

pub(crate) fn depth(region: Region, most: usize) -> Problem {
    RULE.at(
        region,
        format!("lists and maps are nested deeper than {most} levels"),
    )
}
