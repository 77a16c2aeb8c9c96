//! A tool is used that `tools` does not define.

use super::{Rule, reserved_name, unknown};
use crate::cx::Cx;
use crate::declarations::{Declared, ToolDecl};
use crate::problems::Problems;
use crate::program::ToolIndex;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0402");

/// The tool of that name.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) -> Option<ToolIndex> {
    let names = cx.names;
    find(cx.problems, &names.tools, name).map(ToolIndex)
}

/// The same, while the names are still being read.
pub(crate) fn find(
    problems: &mut Problems,
    tools: &Declared<ToolDecl>,
    name: Text<'_>,
) -> Option<usize> {
    if tools.find(name.value).is_none()
        && reserved_name::is_listed(problems, name.value, name.region)
    {
        return None;
    }
    let what = ("tool", "define it under `tools`");
    unknown::check(&RULE, problems, tools, name, what)
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
