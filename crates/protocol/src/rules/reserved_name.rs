//! Names that begin with `octavus_` are the built-in tools.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0303");

const PREFIX: &str = "octavus_";

/// A built-in tool among the tools of the application.
pub(crate) fn is_listed(problems: &mut Problems, name: &str, region: Region) -> bool {
    let reserved = name.starts_with(PREFIX);
    if reserved {
        let message = format!("{} is a built-in tool", Quoted(name));
        let help = "remove it: keys such as `webSearch` and `todoList` offer the built-in tools";
        problems.push(RULE.at(region, message).help(help));
    }
    reserved
}

/// Whether the name may be used.
pub(crate) fn check(problems: &mut Problems, name: &str, region: Region) -> bool {
    let reserved = name.starts_with(PREFIX);
    if reserved {
        let message = format!(
            "{} begins with `{PREFIX}`, as only built-in tools do",
            Quoted(name)
        );
        problems.push(RULE.at(region, message).help("choose another name"));
    }
    !reserved
}
