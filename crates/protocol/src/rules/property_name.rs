//! Properties of types are `camelCase` by convention.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0312");

pub(crate) fn check(problems: &mut Problems, name: &str, region: Region) {
    let begins_small = name.starts_with(|first: char| first.is_ascii_lowercase());
    let is_camel = begins_small && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_camel {
        let message = format!("the property name {} is not camelCase", Quoted(name));
        let problem = RULE.at(region, message);
        problems.push(problem.help("begin with a small letter and use letters and digits"));
    }
}
