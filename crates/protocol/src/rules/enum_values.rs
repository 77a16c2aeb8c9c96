//! `enum` is a list of texts, and only a `string` has one.

use super::Rule;
use crate::problems::Problem;
use crate::program::Type;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0307");

pub(crate) fn not_a_string(region: Region, ty: &Type) -> Problem {
    RULE.at(region, format!("a value of type `{ty}` has no `enum`"))
        .help("`enum` belongs to `type: string`")
}

pub(crate) fn empty(region: Region) -> Problem {
    RULE.at(region, "`enum` allows no value at all")
        .help("list the allowed values, or remove `enum`")
}

pub(crate) fn too_many(region: Region, most: usize) -> Problem {
    RULE.at(region, format!("`enum` allows more than {most} values"))
        .help("remove `enum`, and let a tool check the value")
}
