//! `settings.json` is not JSON.

use super::Rule;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::error("OCT0706");

pub(crate) fn report(text: &str, error: &serde_json::Error) -> Problem {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let at = before + error.column().saturating_sub(1);
    // The reader ends its message with the place, which the problem has already.
    let message = error.to_string();
    let what = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(what, _)| what);
    RULE.at(
        Region::new(File::Settings, at, at),
        format!("settings.json is not valid JSON: {what}"),
    )
}
