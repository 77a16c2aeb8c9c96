//! A condition asks for a name that nothing declares.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0606");

pub(crate) fn report<'n>(
    problems: &mut Problems,
    known: impl IntoIterator<Item = &'n str>,
    name: &str,
    region: Region,
) {
    let nearest = problems.nearest(name, known);
    let message = format!(
        "the condition asks for {}, which nothing declares",
        Quoted(name)
    );
    let problem = RULE.at(region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help("declare it under `input`, and name it where the prompt is used"),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn a_mapped_label_is_declared() {
        check(
            &RULE,
            "input: { A: { type: string } }\n\
             agent: { model: a/b, system: system, input: { B: A } }",
            &[("system", "{{#if B}}{{/if}}{{#if C}}{{/if}}")],
            &["prompts/system.md:1:17 the condition asks for `C`, which nothing declares"],
        );
    }
}
