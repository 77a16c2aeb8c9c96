//! A reference is used that is not in `references/`.

use super::{Rule, unknown};
use crate::cx::Cx;
use crate::program::ReferenceIndex;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0414");

/// The reference of that name.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) -> Option<ReferenceIndex> {
    let names = cx.names;
    let help = format!("add the file `references/{}.md`", name.value);
    let what = ("reference", &*help);
    unknown::check(&RULE, cx.problems, &names.references, name, what).map(ReferenceIndex)
}
