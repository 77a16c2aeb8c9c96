//! An argument of a `tool-call` or a `run-worker` looks like a name and is none, so it is taken as text.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::scope::Scope;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::warning("OCT0508");

pub(crate) fn report(cx: &mut Cx<'_>, scope: &Scope<'_>, text: Text<'_>) {
    let nearest = cx.problems.nearest(text.value, scope.names());
    let message = format!(
        "nothing declares {}, so it is passed on as text",
        Quoted(text.value)
    );
    let problem = RULE.at(text.region, message);
    cx.problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help("declare it under `input` or `variables`, if it is meant as a name"),
    });
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
            &["protocol.yaml:3:63 nothing declares `NAME`, so it is passed on as text"],
        );
    }
}
