//! A condition compares with a text that the input can never be.

use std::sync::Arc;

use super::Rule;
use crate::names::{Quoted, one_of};
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0608");

pub(crate) fn check(
    problems: &mut Problems,
    allowed: &[Arc<str>],
    name: &str,
    literal: &str,
    region: Region,
) {
    if allowed.is_empty() || allowed.iter().any(|value| **value == *literal) {
        return;
    }
    let nearest = problems.nearest(literal, allowed.iter().map(|value| &**value));
    let message = format!("{} is never {}", Quoted(name), Quoted(literal));
    let allowed: Vec<&str> = allowed.iter().map(|value| &**value).collect();
    let problem = RULE.at(region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!("its `enum` allows {}", one_of(&allowed))),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn renamed_inputs_keep_their_values() {
        check(
            &RULE,
            "input: { A: { type: string, enum: [x] } }\n\
             agent: { model: a/b, system: system, input: { B: A } }",
            &[("system", "{{#if B == \"x\"}}{{else if B != \"z\"}}{{/if}}")],
            &["prompts/system.md:1:17 `B` is never `z`"],
        );
    }
}
