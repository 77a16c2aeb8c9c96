//! Settings that are written down, or name the input or variable that holds them.

use crate::cx::Cx;
use crate::names::is_upper_snake;
use crate::program::{Place, Setting};
use crate::rules::undeclared_setting;
use crate::scope::Scope;
use crate::table::{Table, Text};
use crate::yaml::Node;

/// The value of a key, read by `fixed` where it is written down.
pub(crate) fn read<T>(
    cx: &mut Cx<'_>,
    table: &Table<'_>,
    key: &str,
    fixed: impl Fn(&Node) -> Option<T>,
) -> Option<Setting<T>> {
    let node = table.get(key)?;
    match Text::of(node).filter(|text| is_name(*text)) {
        Some(name) => from(cx, key, name),
        None => fixed(node).map(Setting::Fixed),
    }
}

/// The place that a name means; `None` where it is undeclared, which is reported.
///
/// Resources are not looked at: a setting comes from an input or a variable.
fn from<T>(cx: &mut Cx<'_>, key: &str, name: Text<'_>) -> Option<Setting<T>> {
    match Scope::agent(cx.names).find(name.value) {
        Some(place @ (Place::Variable(_) | Place::Input(_))) => {
            cx.uses.read(None, &place);
            Some(Setting::From(place))
        }
        Some(Place::TriggerInput(_) | Place::Resource(_)) | None => {
            undeclared_setting::report(cx, key, name);
            None
        }
    }
}

/// Whether a text is meant as the name of an input or a variable.
pub(crate) fn is_name(text: Text<'_>) -> bool {
    is_upper_snake(text.value)
}
