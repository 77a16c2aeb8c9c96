//! `variables`: what the blocks of handlers set.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Types, default_of};
use crate::language::VARIABLE;
use crate::problems::Problems;
use crate::program::Type;
use crate::rules::variable_name;
use crate::table::{self, Table};
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
) -> BTreeMap<Arc<str>, Variable> {
    let mut variables = BTreeMap::new();
    let Some(node) = protocol.get("variables") else {
        return variables;
    };
    for entry in table::entries(problems, "variables", "the variables", node).unwrap_or_default() {
        let name = &entry.key.name;
        variable_name::check(problems, name, entry.key.region);
        variables.insert(Arc::clone(name), variable(problems, types, entry));
    }
    variables
}

fn variable(problems: &mut Problems, types: &Types, entry: &Entry) -> Variable {
    let (mut ty, mut default) = (Type::Unknown, None);
    if let Some(table) = Table::open(problems, &VARIABLE, &entry.key, &entry.value) {
        ty = types.of(problems, &table);
        table.text(problems, "description");
        default = default_of(problems, &table, &ty, &[]);
    }
    Variable { ty, default }
}
