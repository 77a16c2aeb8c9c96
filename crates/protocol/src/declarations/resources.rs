//! `resources`: state that the application is told about.

use serde_json::Value as Json;

use super::{Declared, Types, default_of};
use crate::problems::Problems;
use crate::program::Type;
use crate::rules::{resource_without_type, resources_deprecated, variable_name};
use crate::table::Table;
use crate::yaml::Entry;

/// A declared resource.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) ty: Type,
    pub(crate) default: Option<Json>,
    pub(crate) readonly: bool,
}

pub(super) fn read(
    problems: &mut Problems,
    types: &Types,
    protocol: &Table<'_>,
) -> Declared<Resource> {
    let mut resources = Declared::default();
    let Some(section) = protocol.entry("resources") else {
        return resources;
    };
    let entries = protocol.entries("resources");
    if !entries.is_empty() {
        problems.push(resources_deprecated::section(section.key.region));
    }
    for entry in entries {
        variable_name::check(problems, &entry.key.name, entry.key.region);
        resources.insert(&entry.key, resource(problems, types, entry));
    }
    resources
}

fn resource(problems: &mut Problems, types: &Types, entry: &Entry) -> Resource {
    let mut resource = Resource {
        ty: Type::Unknown,
        default: None,
        readonly: false,
    };
    let Some(table) = Table::of_entry(entry) else {
        return resource;
    };
    if table.get("type").is_some() {
        resource.ty = types.of(problems, &table);
    } else {
        let problem = resource_without_type::report(entry.key.region, &entry.key.name);
        problems.push(problem);
    }
    resource.default = default_of(problems, &table, &resource.ty, &[]);
    resource.readonly = table.flag("readonly");
    resource
}
