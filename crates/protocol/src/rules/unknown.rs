//! What all rules say alike of a name that nothing declares.

use super::Rule;
use crate::declarations::Declared;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::table::Text;

/// The place of a name among what is declared. Where it is not there it is reported, with the nearest
/// name that is. `what` is what the name is of, and the cure where no name is near.
pub(super) fn check<T>(
    rule: &'static Rule,
    problems: &mut Problems,
    declared: &Declared<T>,
    name: Text<'_>,
    what: (&str, &str),
) -> Option<usize> {
    if let Some(index) = declared.find(name.value) {
        return Some(index);
    }
    let (what, help) = what;
    let nearest = problems.nearest(name.value, declared.names());
    let message = format!("there is no {what} {}", Quoted(name.value));
    let problem = rule.at(name.region, message);
    problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help(help),
    });
    None
}
