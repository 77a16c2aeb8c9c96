//! A block puts a value into a variable of another type.

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::Type;
use crate::table::Text;
use crate::types;

pub(crate) const RULE: Rule = Rule::warning("OCT0515");

/// `ty` is the type of what the block puts there; `None` where it is not known.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>, ty: Option<&Type>) {
    let names = cx.names;
    let (Some(ty), Some(variable)) = (ty, names.variables.get(name.value)) else {
        return;
    };
    if !types::may_be(ty, &variable.ty) {
        let message = format!(
            "the block puts a value of type `{ty}` into {}, which is of type `{}`",
            Quoted(name.value),
            variable.ty
        );
        let help = format!("declare the variable with `type: {ty}`");
        cx.problems.push(RULE.at(name.region, message).help(help));
    }
}
