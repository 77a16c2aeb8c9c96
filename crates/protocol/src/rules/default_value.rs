//! A default is not of the declared type, or not among the allowed values.

use std::sync::Arc;

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::program::Type;
use crate::types;
use crate::yaml::Node;

pub(crate) const RULE: Rule = Rule::warning("OCT0308");

pub(crate) fn check(problems: &mut Problems, node: &Node, ty: &Type, allowed: &[Arc<str>]) {
    if !types::admits(ty, &node.to_json()) {
        let message = format!("the default is not of type `{ty}`");
        let help = format!("write a value of type `{ty}`, or change `type`");
        problems.push(RULE.at(node.region, message).help(help));
    } else if let Some(text) = node.as_text()
        && !allowed.is_empty()
        && !allowed.contains(text)
    {
        let nearest = problems.nearest(text, allowed.iter().map(|value| &**value));
        let message = format!("the default {} is not in `enum`", Quoted(text));
        let problem = RULE.at(node.region, message);
        problems.push(match nearest {
            Some(_) => problem.did_you_mean(nearest),
            None => problem.help("add it to `enum`, or choose one of its values"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn of_the_type_and_of_the_enum() {
        check(
            &RULE,
            "input: {\n\
             A: { type: integer, default: 1 },\n\
             B: { type: integer, default: one },\n\
             C: { type: string, enum: [x], default: x },\n\
             D: { type: string, enum: [x], default: y } }",
            &[],
            &[
                "protocol.yaml:3:30 the default is not of type `integer`",
                "protocol.yaml:5:40 the default `y` is not in `enum`",
            ],
        );
    }
}
