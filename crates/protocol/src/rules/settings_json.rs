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
    let letter = text.get(at..).and_then(|rest| rest.chars().next());
    let end = at + letter.map_or(0, char::len_utf8);
    let region = Region::new(File::Settings, at, end);
    if error.is_eof() {
        return RULE.at(region, "settings.json ends too early");
    }
    // The reader ends its message with the place, which the problem has already.
    let message = error.to_string();
    let what = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(what, _)| what);
    if what.starts_with("control character") {
        return RULE
            .at(region, "a text of settings.json goes on in another line")
            .help("end it with `\"`, or write the line break as `\\n`");
    }
    let message = format!("settings.json is not valid JSON: {what}");
    RULE.at(region, message)
}
