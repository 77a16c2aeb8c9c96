//! `input` of a protocol and of a trigger: what a client gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Types, default_of, description_of};
use crate::language::INPUT;
use crate::problems::Problems;
use crate::program::{Field, Type};
use crate::rules::{enum_values, variable_name};
use crate::table::{self, Table, Text};
use crate::yaml::Entry;

/// Each is compared with each condition on its input.
const MOST_ALLOWED: usize = 1_000;

/// Declared inputs, in the author's order.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    list: Vec<Field>,
    index: BTreeMap<Arc<str>, usize>,
}

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&Field> {
        self.list.get(*self.index.get(name)?)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(|name| &**name)
    }

    pub(crate) fn to_vec(&self) -> Vec<Field> {
        self.list.clone()
    }

    fn push(&mut self, field: Field) {
        self.index.insert(Arc::clone(&field.name), self.list.len());
        self.list.push(field);
    }
}

/// The `input` of a protocol or of a trigger.
pub(super) fn read(problems: &mut Problems, types: &Types, owner: &Table<'_>) -> Fields {
    let mut fields = Fields::default();
    let Some(node) = owner.get("input") else {
        return fields;
    };
    for entry in table::entries(problems, "input", "the inputs", node).unwrap_or_default() {
        fields.push(field(problems, types, entry));
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
    if let Some(table) = Table::open(problems, &INPUT, &entry.key, &entry.value) {
        field.ty = types.of(problems, &table);
        field.description = description_of(problems, &table);
        field.optional = table.flag(problems, "optional");
        field.allowed = allowed(problems, &table, &field.ty);
        field.default = default_of(problems, &table, &field.ty, &field.allowed);
    }
    field
}

fn allowed(problems: &mut Problems, table: &Table<'_>, ty: &Type) -> Vec<Arc<str>> {
    let Some(entry) = table.entry("enum") else {
        return Vec::new();
    };
    if *ty != Type::String {
        problems.push(enum_values::not_a_string(entry.key.region, ty));
        return Vec::new();
    }
    let Some(items) = table::items(problems, "enum", "a list of texts", &entry.value) else {
        return Vec::new();
    };
    if items.is_empty() {
        problems.push(enum_values::empty(entry.value.region));
    }
    if items.len() > MOST_ALLOWED {
        problems.push(enum_values::too_many(entry.value.region, MOST_ALLOWED));
        return Vec::new();
    }
    let mut allowed = Vec::new();
    for item in items {
        match Text::of(item) {
            Some(text) => allowed.push(Arc::clone(text.value)),
            None => problems.push(enum_values::not_text(item)),
        }
    }
    allowed
}
