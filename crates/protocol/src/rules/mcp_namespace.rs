//! The name of an MCP server is the beginning of its tools' names, `<server>__<tool>`, which vendors
//! take in letters, digits, `-` and `_` only.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0320");

const SEPARATOR: &str = "__";

pub(crate) fn check(problems: &mut Problems, name: &str, region: Region) {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() || !name.bytes().all(allowed) || name.contains(SEPARATOR) {
        let message = format!("{} cannot be the namespace of tools", Quoted(name));
        let help = "use letters, digits, `-` and single `_`";
        problems.push(RULE.at(region, message).help(help));
    }
}
