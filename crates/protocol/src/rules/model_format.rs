//! A model is `provider/model-id`, or a variable that holds one.

use domain::ModelRef;

use super::Rule;
use crate::names::Quoted;
use crate::problems::{Problem, Problems};
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0401");

/// The model id may itself hold slashes, but nothing may hold white space.
///
/// `may_be_named` says that the name of an input would do as well.
pub(crate) fn check(problems: &mut Problems, text: Text<'_>, may_be_named: bool) {
    let is_model = text.value.parse::<ModelRef>().is_ok();
    if !is_model || text.value.contains(char::is_whitespace) {
        problems.push(report(text, may_be_named));
    }
}

fn report(text: Text<'_>, may_be_named: bool) -> Problem {
    let message = format!("{} is not a model", Quoted(text.value));
    RULE.at(text.region, message).help(if may_be_named {
        "write `provider/model-id`, as `anthropic/claude-sonnet-4-5`, or the name of an input"
    } else {
        "write `provider/model-id`, as `openai/gpt-4o-mini-tts`; an input cannot choose it"
    })
}
