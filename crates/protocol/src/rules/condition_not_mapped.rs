//! A condition asks for a declared name that the `input` of the prompt's user does not pass on.
//!
//! It is then absent, as the same name in `{{}}` would be.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0607");

pub(crate) fn report(region: Region, name: &str) -> Problem {
    let message = format!(
        "{} is not passed to this prompt, so the condition sees no value",
        Quoted(name)
    );
    RULE.at(region, message).help(format!(
        "add {} to the `input` beside the prompt",
        Quoted(name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn once_for_each_place() {
        check(
            &RULE,
            "input: { A: { type: string } }\n\
             agent: { model: a/b, system: system }",
            &[("system", "{{@p.md}}{{@p.md}}"), ("p", "{{#if A}}{{/if}}")],
            &["prompts/p.md:1:1 `A` is not passed to this prompt, so the condition sees no value"],
        );
    }
}
