//! An argument of a `tool-call` looks like a name and is none, so the tool gets the text itself.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::scope::Scope;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::warning("OCT0508");

pub(crate) fn report(cx: &mut Cx<'_>, scope: &Scope<'_>, text: Text<'_>) {
    let nearest = cx.problems.nearest(text.value, scope.names());
    let message = format!(
        "{0} is declared nowhere, so the tool gets the text {0}",
        Quoted(text.value)
    );
    cx.problems
        .push(RULE.at(text.region, message).did_you_mean(nearest));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn only_what_looks_like_a_name() {
        check(
            &RULE,
            "tools: { t: { description: d } }\n\
             triggers: { go: }\n\
             handlers: { go: { A: { block: tool-call, tool: t, input: { a: NAME, b: name, c: Name } } } }",
            &[],
            &["protocol.yaml:3:63 `NAME` is declared nowhere, so the tool gets the text `NAME`"],
        );
    }
}
