//! A handler that nothing starts.

use super::Rule;
use crate::declarations::Names;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0502");

pub(crate) fn report(problems: &mut Problems, names: &Names, region: Region, name: &str) {
    let nearest = problems.nearest(name, names.triggers.keys().map(|name| &**name));
    let problem = RULE.at(
        region,
        format!("there is no trigger {} for this handler", Quoted(name)),
    );
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(format!("add {} to `triggers`", Quoted(name))),
    });
}
