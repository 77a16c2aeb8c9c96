//! A tool is used that `tools` does not define.

use super::{Rule, reserved_name};
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::ToolIndex;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0402");

/// The tool of that name.
pub(crate) fn check(cx: &mut Cx<'_>, text: Text<'_>) -> Option<ToolIndex> {
    if let Some(index) = cx.names.tools.find(text.value) {
        return Some(index);
    }
    if !reserved_name::check(cx.problems, text.value, text.region) {
        return None;
    }
    let nearest = cx.problems.nearest(text.value, cx.names.tools.names());
    let problem = RULE.at(
        text.region,
        format!("there is no tool {}", Quoted(text.value)),
    );
    cx.problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help("define it under `tools`"),
    });
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn lists_and_blocks() {
        check(
            &RULE,
            "tools: { search: { description: d } }\n\
             agent: { model: a/b, tools: [search, look] }\n\
             triggers: { go: }\n\
             handlers: { go: { A: { block: tool-call, tool: find } } }",
            &[],
            &[
                "protocol.yaml:2:38 there is no tool `look`",
                "protocol.yaml:4:48 there is no tool `find`",
            ],
        );
    }
}
