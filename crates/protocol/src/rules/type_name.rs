//! Types of an author's own are `PascalCase`, so that nobody takes them for basic ones.

use super::Rule;
use crate::names::{Quoted, is_pascal};
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0311");

pub(crate) fn check(problems: &mut Problems, name: &str, region: Region) {
    if !is_pascal(name) {
        let message = format!("the type name {} is not PascalCase", Quoted(name));
        let problem = RULE.at(region, message);
        problems.push(problem.help("begin with a capital letter and use letters and digits"));
    }
}
