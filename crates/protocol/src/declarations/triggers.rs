//! `triggers`: how a client starts a handler.

use super::{Declared, Types, fields};
use crate::problems::Problems;
use crate::program::Field;
use crate::rules::trigger_name;
use crate::table::Table;

/// A declared trigger.
#[derive(Debug)]
pub(crate) struct TriggerDecl {
    pub(crate) inputs: Declared<Field>,
}

pub(super) fn read(
    problems: &mut Problems,
    types: &Types,
    protocol: &Table<'_>,
) -> Declared<TriggerDecl> {
    let mut triggers = Declared::default();
    for entry in protocol.entries("triggers") {
        trigger_name::check(problems, &entry.key.name, entry.key.region);
        let table = Table::of_entry(entry);
        let inputs = table.map(|table| fields::read(problems, types, &table));
        let inputs = inputs.unwrap_or_default();
        triggers.insert(&entry.key, TriggerDecl { inputs });
    }
    triggers
}
