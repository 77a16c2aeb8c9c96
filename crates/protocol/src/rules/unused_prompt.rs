//! A prompt that nothing uses.

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problem;
use crate::region::{File, Region};

pub(crate) const RULE: Rule = Rule::warning("OCT0614");

pub(crate) fn report(index: usize, name: &str) -> Problem {
    let message = format!("nothing uses the prompt {}", Quoted(name));
    RULE.at(Region::whole(File::Prompt(index)), message)
        .help("name it in `system` or `prompt`, include it in another one, or remove the file")
}
