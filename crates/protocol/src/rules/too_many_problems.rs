//! There are more problems than anybody reads at once.

use super::Rule;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0106");

/// The same for a bundle that has only warnings.
pub(crate) const WARNINGS: Rule = Rule::warning("OCT0106");

pub(crate) fn report(kept: usize, errors: bool) -> Problem {
    let rule = if errors { &RULE } else { &WARNINGS };
    rule.at(
        Region::whole(File::Protocol),
        format!("there are more than {kept} problems; the others are not shown"),
    )
}
