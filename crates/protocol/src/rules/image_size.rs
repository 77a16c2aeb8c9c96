//! `size` of an image is an older way to write `aspectRatio`.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0518");

/// `ratio` is what the size means; `has_ratio` says that the author wrote one, too.
pub(crate) fn report(region: Region, ratio: Option<&str>, has_ratio: bool) -> Problem {
    let problem = RULE.at(region, "`size` is deprecated");
    match ratio {
        _ if has_ratio => problem.help("remove it: `aspectRatio` counts"),
        Some(ratio) => problem.help(format!("write `aspectRatio: \"{ratio}\"`")),
        None => problem.help("write `aspectRatio`"),
    }
}
