//! `types`: objects, lists and unions with a name (CONTRACT 5.1).
//!
//! A type is built behind those that it refers to, which the graph walk sees to: there are no circles,
//! and nothing here calls itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Declared, fields};
use crate::graph::{self, Edge};
use crate::language::{FormKind, form_of, is_description};
use crate::problems::Problems;
use crate::program::{Form, NamedType, Property, Type, Union};
use crate::rules::{
    array_items, constant_value, container_type, property_name, type_cycle, type_limit, type_name,
    union_variants, unknown_type,
};
use crate::table::{Table, Text};
use crate::types;
use crate::yaml::Entry;

/// Types within types.
const DEEPEST: usize = 32;
/// The parts of a type when everything that it refers to is written out in place.
const MOST_PARTS: usize = 10_000;
/// Each is compared with those before it.
const MOST_VARIANTS: usize = 500;

/// The declared types that could be built.
#[derive(Debug, Default)]
pub(crate) struct Types {
    built: BTreeMap<Arc<str>, Built>,
    /// All names, those whose type could not be built included.
    names: Declared<()>,
}

#[derive(Debug)]
struct Built {
    ty: Arc<NamedType>,
    parts: usize,
    depth: usize,
}

impl Types {
    pub(super) fn read(problems: &mut Problems, protocol: &Table<'_>) -> Self {
        let entries = protocol.entries("types");
        let mut types = Self::default();
        for entry in entries {
            type_name::check(problems, &entry.key.name, entry.key.region);
            types.names.insert(&entry.key, ());
        }
        let mut circles = Vec::new();
        let edges = |index: usize| {
            entries
                .get(index)
                .map_or_else(Vec::new, |it| types.edges(it))
        };
        let walk = graph::walk(entries.len(), edges, |circle, region| {
            let names = circle.iter().filter_map(|index| entries.get(*index));
            let names: Vec<&str> = names.map(|entry| &*entry.key.name).collect();
            circles.push(type_cycle::report(region, &names));
        });
        circles.into_iter().for_each(|circle| problems.push(circle));
        for index in walk.order {
            let entry = entries
                .get(index)
                .filter(|_| !walk.circular.contains(&index));
            if problems.are_enough() {
                break;
            }
            if let Some(entry) = entry
                && let Some(built) = types.build(problems, entry)
            {
                types.built.insert(Arc::clone(&entry.key.name), built);
            }
        }
        types
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<NamedType>> {
        self.built.get(name).map(|built| &built.ty)
    }

    pub(crate) fn declares(&self, name: &str) -> bool {
        self.names.find(name).is_some()
    }

    pub(crate) fn names(&self) -> &Declared<()> {
        &self.names
    }

    /// The types that a definition refers to.
    fn edges(&self, entry: &Entry) -> Vec<Edge> {
        let named = |text: Text<'_>| {
            let (name, _) = types::split_lists(text.value)?;
            let target = self
                .names
                .find(name)
                .filter(|_| types::basic(name).is_none())?;
            Some((target, text.region))
        };
        let Some(table) = Table::of_entry(entry) else {
            return Vec::new();
        };
        match form_of(&entry.value) {
            FormKind::Union => table.texts("anyOf").filter_map(named).collect(),
            FormKind::List => item_type(&table).and_then(named).into_iter().collect(),
            FormKind::Object => {
                let properties = entry.value.as_map().unwrap_or_default().iter();
                properties
                    .filter_map(Table::of_entry)
                    .filter_map(|property| item_type(&property).or_else(|| property.text("type")))
                    .filter_map(named)
                    .collect()
            }
        }
    }

    fn build(&self, problems: &mut Problems, entry: &Entry) -> Option<Built> {
        let table = Table::of_entry(entry)?;
        let form = self.form(problems, entry, &table)?;
        let (parts, depth) = self.size(&form);
        if parts > MOST_PARTS || depth > DEEPEST {
            let problem = type_limit::report(entry.key.region, &entry.key.name);
            problems.push(problem);
            return None;
        }
        let ty = NamedType {
            name: Arc::clone(&entry.key.name),
            description: table.string("description"),
            form,
        };
        Some(Built {
            ty: Arc::new(ty),
            parts,
            depth,
        })
    }

    fn form(&self, problems: &mut Problems, entry: &Entry, table: &Table<'_>) -> Option<Form> {
        match form_of(&entry.value) {
            FormKind::Union => self.union(problems, entry, table).map(Form::Union),
            FormKind::List => {
                let items = table.table("items")?;
                Some(Form::List(self.of(problems, &items)))
            }
            FormKind::Object => {
                let entries = entry.value.as_map().unwrap_or_default().iter();
                let properties = entries.filter(|it| !is_description(it));
                let properties = properties.filter_map(|it| self.property(problems, it));
                Some(Form::Object(properties.collect()))
            }
        }
    }

    fn property(&self, problems: &mut Problems, entry: &Entry) -> Option<Property> {
        let table = Table::of_entry(entry)?;
        property_name::check(problems, &entry.key.name, entry.key.region);
        let ty = self.property_type(problems, &table);
        let allowed = fields::allowed(problems, &table, &ty);
        let constant = table.get("const");
        if let Some(node) = constant {
            constant_value::check(problems, node, &ty);
        }
        Some(Property {
            name: Arc::clone(&entry.key.name),
            description: table.string("description"),
            optional: table.flag("optional"),
            allowed,
            constant: constant.map(crate::yaml::Node::to_json),
            ty,
        })
    }

    fn property_type(&self, problems: &mut Problems, table: &Table<'_>) -> Type {
        let Some(text) = table.text("type") else {
            return Type::Unknown;
        };
        let items = table.entry("items");
        if **text.value != *"array" {
            if let Some(items) = items {
                problems.push(array_items::unused(items.key.region));
            }
            return self.resolve(problems, text);
        }
        match items.and_then(Table::of_entry) {
            Some(items) => Type::List(Arc::new(self.of(problems, &items))),
            None => {
                if items.is_none() {
                    problems.push(array_items::missing(text.region));
                }
                Type::Unknown
            }
        }
    }

    fn union(&self, problems: &mut Problems, entry: &Entry, table: &Table<'_>) -> Option<Union> {
        let discriminator = table.text("discriminator")?;
        if table.texts("anyOf").nth(MOST_VARIANTS).is_some() {
            problems.push(type_limit::report(entry.key.region, &entry.key.name));
            return None;
        }
        let mut variants = Vec::new();
        let mut broken = false;
        for text in table.texts("anyOf") {
            let Some(ty) = self.get(text.value) else {
                broken = true;
                if !self.declares(text.value) {
                    self.not_a_variant(problems, text);
                }
                continue;
            };
            let constant = union_variants::constant(problems, ty, discriminator.value, text);
            match constant {
                Some(constant) => {
                    union_variants::unique(problems, &variants, &constant, text);
                    variants.push((constant, Arc::clone(ty)));
                }
                None => broken = true,
            }
        }
        if let Some(entry) = table.entry("anyOf")
            && entry.value.as_list().is_some_and(|items| items.len() < 2)
        {
            problems.push(union_variants::too_few(entry.value.region));
        }
        (!broken).then(|| Union {
            discriminator: Arc::clone(discriminator.value),
            variants,
        })
    }

    /// What stands among the variants of a union and is no declared type.
    fn not_a_variant(&self, problems: &mut Problems, text: Text<'_>) {
        let item = types::split_lists(text.value).map(|(item, _)| item);
        if item.is_some_and(|item| types::basic(item).is_some() || self.declares(item)) {
            union_variants::not_an_object(problems, text);
        } else {
            unknown_type::report(problems, &self.names, text);
        }
    }

    /// What a type amounts to when it is written out, and how deep it goes.
    fn size(&self, form: &Form) -> (usize, usize) {
        let mut parts: Vec<(usize, usize)> = Vec::new();
        let mut add = |ty: &Type| {
            let mut item = ty;
            while let Type::List(inner) = item {
                item = inner;
            }
            if let Type::Named(named) = item {
                parts.extend(self.built.get(&named.name).map(|it| (it.parts, it.depth)));
            }
        };
        let own = match form {
            Form::Object(properties) => {
                properties.iter().for_each(|property| add(&property.ty));
                properties.len()
            }
            Form::List(item) => {
                add(item);
                1
            }
            Form::Union(union) => {
                let variants = union.variants.iter();
                variants.for_each(|(_, variant)| add(&Type::Named(Arc::clone(variant))));
                union.variants.len()
            }
        };
        let sum = parts
            .iter()
            .fold(own + 1, |sum, it| sum.saturating_add(it.0));
        let deepest = parts.iter().map(|it| it.1).max().unwrap_or(0);
        (sum, deepest + 1)
    }

    /// The type that a text names; `unknown` where it names none, which is reported.
    pub(crate) fn resolve(&self, problems: &mut Problems, text: Text<'_>) -> Type {
        let Some((name, lists)) = types::split_lists(text.value) else {
            unknown_type::report(problems, &self.names, text);
            return Type::Unknown;
        };
        let item = types::basic(name).or_else(|| self.get(name).cloned().map(Type::Named));
        match item {
            Some(item) => types::list_of(item, lists),
            // One that could not be built is reported where it is defined.
            None if self.declares(name) => Type::Unknown,
            None => {
                if matches!(name, "array" | "object") {
                    problems.push(container_type::report(text));
                } else {
                    unknown_type::report(problems, &self.names, text);
                }
                Type::Unknown
            }
        }
    }

    /// The type of a declaration.
    pub(crate) fn of(&self, problems: &mut Problems, table: &Table<'_>) -> Type {
        match table.text("type") {
            Some(text) => self.resolve(problems, text),
            None => Type::Unknown,
        }
    }
}

/// What the items of a list are, as it is written.
fn item_type<'a>(table: &Table<'a>) -> Option<Text<'a>> {
    table.table("items")?.text("type")
}
