//! A skill is used that `skills` does not define.

use super::{Rule, unknown};
use crate::cx::Cx;
use crate::program::SkillIndex;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0411");

/// The skill of that name.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) -> Option<SkillIndex> {
    let names = cx.names;
    let help = "define it under `skills`";
    unknown::check(&RULE, cx.problems, &names.skills, name, ("skill", help)).map(SkillIndex)
}
