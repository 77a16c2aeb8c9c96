//! Settings that are written down, or name the input or variable that holds them.

use crate::cx::Cx;
use crate::names::is_upper_snake;
use crate::program::{Place, Setting};
use crate::rules::undeclared_setting;
use crate::scope::Scope;
use crate::table::Text;

/// The place that `text` names; `None` where it is no name, or an undeclared one, which is reported.
///
/// Resources are not looked at: a setting comes from an input or a variable.
pub(crate) fn from<T>(cx: &mut Cx<'_>, key: &str, text: Text<'_>) -> Option<Setting<T>> {
    match Scope::agent(cx.names).find(text.value) {
        Some(place @ (Place::Variable(_) | Place::Input(_))) => Some(Setting::From(place)),
        Some(Place::TriggerInput(_) | Place::Resource(_)) | None => {
            undeclared_setting::report(cx.problems, cx.names, key, text);
            None
        }
    }
}

/// Whether a text is meant as the name of an input or a variable.
pub(crate) fn is_name(text: Text<'_>) -> bool {
    is_upper_snake(text.value)
}
