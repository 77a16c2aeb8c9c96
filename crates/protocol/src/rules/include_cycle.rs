//! Prompts include each other in a circle.

use super::Rule;
use crate::names::chain;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0602");

/// `circle` begins and ends with the same prompt.
pub(crate) fn report(region: Region, circle: &[&str]) -> Problem {
    RULE.at(
        region,
        format!("prompts include each other in a circle: {}", chain(circle)),
    )
    .label("the circle closes here")
    .help("remove one of these includes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn a_diamond_is_no_circle() {
        check(
            &RULE,
            "agent: { model: a/b, system: system }",
            &[
                ("system", "{{@a.md}}{{@b.md}}"),
                ("a", "{{@c.md}}"),
                ("b", "{{@c.md}}"),
                ("c", ""),
            ],
            &[],
        );
    }

    #[test]
    fn each_circle_is_reported_where_it_closes() {
        check(
            &RULE,
            "agent: { model: a/b, system: system }",
            &[
                ("system", "{{@a.md}}"),
                ("a", "\n{{@b.md}}{{@a.md}}"),
                ("b", "{{@system.md}}"),
            ],
            &[
                "prompts/a.md:2:10 prompts include each other in a circle: `a` -> `a`",
                "prompts/b.md:1:1 prompts include each other in a circle: `system` -> `a` -> `b` -> `system`",
            ],
        );
    }

    #[test]
    fn also_in_prompts_that_nothing_uses() {
        check(
            &RULE,
            "agent: { model: a/b }",
            &[("a", "{{#if X}}{{else}}{{@a.md}}{{/if}}")],
            &["prompts/a.md:1:18 prompts include each other in a circle: `a` -> `a`"],
        );
    }
}
