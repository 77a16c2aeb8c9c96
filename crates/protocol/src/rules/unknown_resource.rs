//! A resource is set that `resources` does not declare.

use std::sync::Arc;

use super::{Rule, unknown};
use crate::cx::Cx;
use crate::declarations::Resource;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0506");

/// The resource of that name.
pub(crate) fn check<'n>(cx: &mut Cx<'n>, text: Text<'_>) -> Option<(&'n Arc<str>, &'n Resource)> {
    let names = cx.names;
    let what = ("resource", "declare it under `resources`");
    let index = unknown::check(&RULE, cx.problems, &names.resources, text, what)?;
    Some((
        names.resources.name(text.value)?,
        names.resources.at(index)?,
    ))
}
