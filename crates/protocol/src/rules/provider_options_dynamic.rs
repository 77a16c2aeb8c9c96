//! Options of one provider beside a model that is chosen when the session is created.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0416");

pub(crate) fn report(region: Region, options: &str) -> Problem {
    let message =
        format!("`{options}` has no effect where the chosen model is of another provider");
    RULE.at(region, message).help(format!(
        "write a model `{options}/…` in place of the name, to be sure"
    ))
}
