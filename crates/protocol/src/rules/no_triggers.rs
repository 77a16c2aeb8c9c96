//! An agent without triggers is complete, but nobody can talk to it.

use super::Rule;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::warning("OCT0503");

pub(crate) fn report() -> Problem {
    RULE.at(
        Region::whole(File::Protocol),
        "the agent has no triggers, so nothing can start it",
    )
    .help("add `triggers` and `handlers`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn neither_triggers_nor_handlers() {
        check(
            &RULE,
            "agent: { model: a/b }",
            &[],
            &["protocol.yaml:1:1 the agent has no triggers, so nothing can start it"],
        );
    }

    #[test]
    fn a_handler_alone_is_another_problem() {
        check(
            &RULE,
            "agent: { model: a/b }\n\
             handlers: { go: {} }",
            &[],
            &[],
        );
    }
}
