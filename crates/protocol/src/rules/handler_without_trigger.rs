//! A handler that nothing starts.

use super::Rule;
use crate::declarations::Names;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0502");

pub(crate) fn report(problems: &mut Problems, names: &Names, region: Region, name: &str) {
    let nearest = problems.nearest(name, names.triggers.names());
    let problem = RULE.at(
        region,
        format!("there is no trigger {} for this handler", Quoted(name)),
    );
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!("add {} to `triggers`", Quoted(name))),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[test]
    fn a_handler_needs_a_trigger() {
        check(
            &RULE,
            "triggers: { go: }\n\
             handlers: { go: {}, og: {} }\n\
             ",
            &[],
            &["protocol.yaml:2:21 there is no trigger `og` for this handler"],
        );
    }
}
