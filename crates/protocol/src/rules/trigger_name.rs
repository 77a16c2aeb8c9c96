//! Triggers are `lower-case-with-dashes`.

use super::Rule;
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0304");

pub(crate) fn check(problems: &mut Problems, name: &str, region: Region) {
    if !is_kebab(name) {
        let message = format!(
            "the trigger name {} is not lower-case-with-dashes",
            Quoted(name)
        );
        problems.push(
            RULE.at(region, message)
                .help("use small letters, digits and `-`"),
        );
    }
}
