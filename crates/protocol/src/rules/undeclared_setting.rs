//! A setting is read from a name that neither `input` nor `variables` declares.

use super::Rule;
use crate::declarations::Names;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0406");

pub(crate) fn report(problems: &mut Problems, names: &Names, key: &str, text: Text<'_>) {
    let declared = names
        .inputs
        .names()
        .chain(names.variables.keys().map(|name| &**name));
    let nearest = problems.nearest(text.value, declared);
    let message = format!(
        "`{key}` is read from {}, which neither `input` nor `variables` declares",
        Quoted(text.value)
    );
    let problem = RULE.at(text.region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!("add {} to `input`", Quoted(text.value))),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn inputs_and_variables_hold_settings() {
        check(
            &RULE,
            "input: { MODEL: { type: string } }\n\
             variables: { STEPS: { type: integer } }\n\
             agent: { model: MODEL, agentic: true, maxSteps: STEPS }",
            &[],
            &[],
        );
    }

    #[test]
    fn resources_do_not() {
        check(
            &RULE,
            "resources: { MODEL: { type: string } }\n\
             agent: { model: MODEL }",
            &[],
            &[
                "protocol.yaml:2:17 `model` is read from `MODEL`, which neither `input` nor `variables` declares",
            ],
        );
    }
}
