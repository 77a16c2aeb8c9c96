//! Options of one provider on a model of another one.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0415");

/// The words are those that tools around the language look for (CONTRACT 5.5).
pub(crate) fn report(region: Region, options: &str, provider: &str) -> Problem {
    let message = format!(
        "\"{options}\" options require an {options} model. Current model provider: \"{provider}\""
    );
    RULE.at(region, message).help(format!(
        "choose a model `{options}/…`, or remove `{options}`"
    ))
}
