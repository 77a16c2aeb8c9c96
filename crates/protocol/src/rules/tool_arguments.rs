//! The arguments of a `tool-call` and the parameters of its tool differ.

use super::Rule;
use crate::cx::Cx;
use crate::declarations::ToolDecl;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0509");

pub(crate) fn unknown(cx: &mut Cx<'_>, tool: &ToolDecl, name: &str, region: Region) {
    let nearest = cx
        .problems
        .nearest(name, tool.parameters.keys().map(|name| &**name));
    let message = format!(
        "the tool {} has no parameter {}",
        Quoted(&tool.tool.def.name),
        Quoted(name)
    );
    cx.problems
        .push(RULE.at(region, message).did_you_mean(nearest));
}

pub(crate) fn missing(region: Region, tool: &ToolDecl, name: &str) -> Problem {
    let message = format!(
        "the tool {} needs {}",
        Quoted(&tool.tool.def.name),
        Quoted(name)
    );
    RULE.at(region, message)
        .help(format!("add {} to `input`", Quoted(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn optional_parameters_may_be_left_out() {
        check(
            &RULE,
            "tools: { t: { description: d, parameters: { a: { type: string }, b: { type: string, optional: true } } } }\n\
             triggers: { go: }\n\
             handlers: { go: { A: { block: tool-call, tool: t } } }",
            &[],
            &["protocol.yaml:3:19 the tool `t` needs `a`"],
        );
    }
}
