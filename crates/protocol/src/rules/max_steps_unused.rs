//! `maxSteps` bounds an agent that may go on calling tools, and no other.

use super::Rule;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0405");

pub(crate) fn report(region: Region) -> Problem {
    RULE.at(
        region,
        "`maxSteps` has no effect on an agent that is not agentic",
    )
    .help("add `agentic: true`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn only_an_agentic_agent_takes_many_steps() {
        check(
            &RULE,
            "agent: { model: a/b, maxSteps: 3 }",
            &[],
            &["protocol.yaml:1:22 `maxSteps` has no effect on an agent that is not agentic"],
        );
    }

    #[test]
    fn an_agentic_one_does() {
        check(
            &RULE,
            "agent: { model: a/b, maxSteps: 3, agentic: true }",
            &[],
            &[],
        );
    }
}
