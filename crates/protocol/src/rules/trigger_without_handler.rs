//! A trigger that starts nothing.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0501");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    RULE.at(
        region,
        format!("the trigger {} has no handler", Quoted(name)),
    )
    .help(format!("add {} to `handlers`", Quoted(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn a_trigger_needs_a_handler() {
        check(
            &RULE,
            "triggers: { go: , stop: }\n\
             handlers: { go: {} }\n\
             ",
            &[],
            &["protocol.yaml:1:19 the trigger `stop` has no handler"],
        );
    }
}
