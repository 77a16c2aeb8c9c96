//! The type of an answer is an object type: vendors take no other at the root.

use std::sync::Arc;

use super::{Rule, unknown_type};
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::{Form, NamedType};
use crate::table::Text;
use crate::types;

pub(crate) const RULE: Rule = Rule::error("OCT0514");

/// The object type of that name.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) -> Option<Arc<NamedType>> {
    let names = cx.names;
    let what = match names.types.get(name.value) {
        Some(ty) => match &ty.form {
            Form::Object(_) => return Some(Arc::clone(ty)),
            Form::List(_) => "a list",
            Form::Union(_) => "a union",
        },
        // One that could not be built is reported where it is defined.
        None if names.types.declares(name.value) => return None,
        None => match types::split_lists(name.value) {
            Some((item, 1..)) if types::basic(item).is_some() || names.types.declares(item) => {
                "a list"
            }
            Some((basic, 0)) if types::basic(basic).is_some() => "a basic type",
            Some(_) | None => {
                unknown_type::report(cx.problems, names.types.names(), name);
                return None;
            }
        },
    };
    let message = format!(
        "{} is {what}, and an answer is an object",
        Quoted(name.value)
    );
    let help = "declare an object type with a property that holds it";
    cx.problems.push(RULE.at(name.region, message).help(help));
    None
}
