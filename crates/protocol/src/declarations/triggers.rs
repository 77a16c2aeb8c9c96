//! `triggers`: how a client starts a handler.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Fields, Types, fields};
use crate::language::TRIGGER;
use crate::problems::Problems;
use crate::region::Region;
use crate::rules::trigger_name;
use crate::table::{self, Table};

/// A declared trigger.
#[derive(Debug)]
pub(crate) struct TriggerDecl {
    /// Where it is named.
    pub(crate) region: Region,
    pub(crate) inputs: Fields,
}

pub(super) fn read(
    problems: &mut Problems,
    types: &Types,
    protocol: &Table<'_>,
) -> BTreeMap<Arc<str>, TriggerDecl> {
    let mut triggers = BTreeMap::new();
    let Some(node) = protocol.get("triggers") else {
        return triggers;
    };
    for entry in table::entries(problems, "triggers", "the triggers", node).unwrap_or_default() {
        let name = &entry.key.name;
        trigger_name::check(problems, name, entry.key.region);
        let mut inputs = Fields::default();
        if let Some(table) = Table::open(problems, &TRIGGER, &entry.key, &entry.value) {
            table.text(problems, "description");
            inputs = fields::read(problems, types, &table);
        }
        let region = entry.key.region;
        triggers.insert(Arc::clone(name), TriggerDecl { region, inputs });
    }
    triggers
}
