//! Tools are `lower-case-with-dashes` and short enough for every vendor.

use super::Rule;
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0302");

/// The vendors' own limit.
const LONGEST: usize = 64;

pub(crate) fn check(problems: &mut Problems, name: &str, region: Region) {
    if !is_kebab(name) {
        let message = format!(
            "the tool name {} is not lower-case-with-dashes",
            Quoted(name)
        );
        problems.push(
            RULE.at(region, message)
                .help("use small letters, digits and `-`"),
        );
    } else if name.len() > LONGEST {
        let message = format!(
            "the tool name {} is longer than {LONGEST} characters",
            Quoted(name)
        );
        problems.push(RULE.at(region, message).help("choose a shorter name"));
    }
}
