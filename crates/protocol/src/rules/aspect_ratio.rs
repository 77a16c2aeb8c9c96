//! An aspect ratio is two whole numbers with a colon between them.

use std::sync::Arc;

use super::Rule;
use crate::names::Quoted;
use crate::problems::Problems;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0517");

/// The ratio, if it is one.
pub(crate) fn check(problems: &mut Problems, text: Text<'_>) -> Option<Arc<str>> {
    let is_side = |side: &str| side.parse::<u16>().is_ok_and(|side| side > 0);
    let sides = text.value.split_once(':');
    if sides.is_some_and(|(width, height)| is_side(width) && is_side(height)) {
        return Some(Arc::clone(text.value));
    }
    let message = format!("{} is no aspect ratio", Quoted(text.value));
    let help = "write width and height, as `\"16:9\"`";
    problems.push(RULE.at(text.region, message).help(help));
    None
}
