//! A setting is read from a name that neither `input` nor `variables` declares.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0406");

pub(crate) fn report(cx: &mut Cx<'_>, key: &str, text: Text<'_>) {
    let names = cx.names;
    let declared = names.inputs.names().chain(names.variables.names());
    let nearest = cx.problems.nearest(text.value, declared);
    let message = format!(
        "`{key}` is read from {}, which neither `input` nor `variables` declares",
        Quoted(text.value)
    );
    let problem = RULE.at(text.region, message);
    cx.problems.push(match nearest {
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
