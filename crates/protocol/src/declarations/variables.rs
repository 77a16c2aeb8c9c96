//! `variables`: what blocks set.

use serde_json::Value as Json;

use super::{Declared, Types, default_of};
use crate::problems::Problems;
use crate::program::Type;
use crate::rules::variable_name;
use crate::table::Table;
use crate::yaml::Entry;

/// A declared variable.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) ty: Type,
    pub(crate) default: Option<Json>,
}

pub(super) fn read(
    problems: &mut Problems,
    types: &Types,
    protocol: &Table<'_>,
) -> Declared<Variable> {
    let mut variables = Declared::default();
    for entry in protocol.entries("variables") {
        variable_name::check(problems, &entry.key.name, entry.key.region);
        variables.insert(&entry.key, variable(problems, types, entry));
    }
    variables
}

fn variable(problems: &mut Problems, types: &Types, entry: &Entry) -> Variable {
    let (mut ty, mut default) = (Type::Unknown, None);
    if let Some(table) = Table::of_entry(entry) {
        ty = types.of(problems, &table);
        default = default_of(problems, &table, &ty, &[]);
    }
    Variable { ty, default }
}
