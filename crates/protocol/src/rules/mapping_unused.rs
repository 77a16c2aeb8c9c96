//! A value is passed to a prompt that does not ask for it.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::warning("OCT0613");

pub(crate) fn report(region: Region, label: &str, prompt: &str) -> Problem {
    let message = format!(
        "the prompt {} has no {}",
        Quoted(prompt),
        Quoted(&format!("{{{{{label}}}}}"))
    );
    RULE.at(region, message)
        .help("use it in the prompt, or remove it from `input`")
}
