//! A label that is surely meant as one is not passed to the prompt, so the model reads the braces.
//!
//! Only a declared name, or a slip in one that is passed, is surely meant: prompts may show `{{X}}` to a model.

use super::Rule;
use crate::mapping::Mapping;
use crate::names::{Quoted, is_upper_snake};
use crate::problems::Problems;
use crate::region::Region;
use crate::scope::Scope;

pub(crate) const RULE: Rule = Rule::warning("OCT0609");

pub(crate) fn check(
    problems: &mut Problems,
    mapping: &Mapping,
    scope: &Scope<'_>,
    name: &str,
    region: Region,
) {
    // A label of another spelling is reported where it stands.
    let labels = mapping.labels().filter(|label| is_upper_snake(label));
    let nearest = problems.nearest(name, labels);
    let declared = scope.find(name).is_some();
    if mapping.is_broken() || (nearest.is_none() && !declared) {
        return;
    }
    let message = format!("`{{{{{name}}}}}` is not passed to this prompt, so it stays as it is");
    let problem = RULE.at(region, message);
    problems.push(if declared {
        problem.help(format!(
            "add {} to the `input` beside the prompt",
            Quoted(name)
        ))
    } else {
        problem.did_you_mean(nearest)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn a_declared_name_is_meant() {
        check(
            &RULE,
            "input: { A: { type: string } }\n\
             agent: { model: a/b, system: system }",
            &[("system", "{{A}} {{B}}")],
            &["prompts/system.md:1:1 `{{A}}` is not passed to this prompt, so it stays as it is"],
        );
    }

    #[test]
    fn a_slip_in_a_passed_name_is_meant() {
        check(
            &RULE,
            "input: { NAME: { type: string } }\n\
             agent: { model: a/b, system: system, input: [NAME] }",
            &[("system", "{{NAME}} {{NMAE}}")],
            &[
                "prompts/system.md:1:10 `{{NMAE}}` is not passed to this prompt, so it stays as it is",
            ],
        );
    }
}
