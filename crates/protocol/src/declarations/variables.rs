//! `variables`: what the blocks of handlers set.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Types, default_of};
use crate::language::VARIABLE;
use crate::problems::Problems;
use crate::rules::variable_name;
use crate::table::{self, Table};

/// Each variable with its default.
pub(super) fn read(
    problems: &mut Problems,
    types: &Types,
    protocol: &Table<'_>,
) -> BTreeMap<Arc<str>, Option<Json>> {
    let mut variables = BTreeMap::new();
    let Some(node) = protocol.get("variables") else {
        return variables;
    };
    for entry in table::entries(problems, "variables", "the variables", node).unwrap_or_default() {
        let name = &entry.key.name;
        variable_name::check(problems, name, entry.key.region);
        let table = Table::open(problems, &VARIABLE, &entry.key, &entry.value);
        let default = table.and_then(|table| {
            let ty = types.of(problems, &table);
            table.text(problems, "description");
            default_of(problems, &table, &ty, &[])
        });
        variables.insert(Arc::clone(name), default);
    }
    variables
}
