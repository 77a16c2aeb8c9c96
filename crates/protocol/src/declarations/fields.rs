//! `input` of a protocol and of a trigger: what a client gives.

use std::sync::Arc;

use super::{Declared, Types, default_of};
use crate::problems::Problems;
use crate::program::{Field, Type};
use crate::rules::{enum_values, variable_name};
use crate::table::{Table, Text};
use crate::yaml::{Entry, Node};

/// Each is compared with each condition on its input.
const MOST_ALLOWED: usize = 1_000;

/// The `input` of a protocol or of a trigger.
pub(super) fn read(problems: &mut Problems, types: &Types, owner: &Table<'_>) -> Declared<Field> {
    let mut fields = Declared::default();
    for entry in owner.entries("input") {
        fields.insert(&entry.key, field(problems, types, entry));
    }
    fields
}

fn field(problems: &mut Problems, types: &Types, entry: &Entry) -> Field {
    let name = &entry.key.name;
    variable_name::check(problems, name, entry.key.region);
    let mut field = Field {
        name: Arc::clone(name),
        ty: Type::Unknown,
        description: None,
        optional: false,
        default: None,
        allowed: Vec::new(),
    };
    if let Some(table) = Table::of_entry(entry) {
        field.ty = types.of(problems, &table);
        field.description = table.string("description");
        field.optional = table.flag("optional");
        field.allowed = allowed(problems, &table, &field.ty);
        field.default = default_of(problems, &table, &field.ty, &field.allowed);
    }
    field
}

/// The allowed values of an input or a property.
pub(super) fn allowed(problems: &mut Problems, table: &Table<'_>, ty: &Type) -> Vec<Arc<str>> {
    let Some(entry) = table.entry("enum") else {
        return Vec::new();
    };
    // A type that could not be read was reported.
    let is_known = |name: Text<'_>| *ty != Type::Unknown || **name.value == *"unknown";
    if !table.text("type").is_some_and(is_known) {
        return Vec::new();
    }
    if *ty != Type::String {
        problems.push(enum_values::not_a_string(entry.key.region, ty));
        return Vec::new();
    }
    let items: &[Node] = entry.value.as_list().unwrap_or_default();
    if items.is_empty() && entry.value.as_list().is_some() {
        problems.push(enum_values::empty(entry.value.region));
    }
    if items.len() > MOST_ALLOWED {
        problems.push(enum_values::too_many(entry.value.region, MOST_ALLOWED));
        return Vec::new();
    }
    let texts = items.iter().filter_map(Text::of);
    texts.map(|text| Arc::clone(text.value)).collect()
}
