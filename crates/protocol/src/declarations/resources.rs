//! `resources`: state that the application is told about.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Types, default_of};
use crate::language::RESOURCE;
use crate::problems::Problems;
use crate::program::Type;
use crate::rules::{resource_without_type, resources_deprecated, variable_name};
use crate::table::{self, Table};
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
) -> BTreeMap<Arc<str>, Resource> {
    let mut resources = BTreeMap::new();
    let Some(section) = protocol.entry("resources") else {
        return resources;
    };
    let entries = table::entries(problems, "resources", "the resources", &section.value);
    let entries = entries.unwrap_or_default();
    if !entries.is_empty() {
        problems.push(resources_deprecated::section(section.key.region));
    }
    for entry in entries {
        variable_name::check(problems, &entry.key.name, entry.key.region);
        let resource = resource(problems, types, entry);
        resources.insert(Arc::clone(&entry.key.name), resource);
    }
    resources
}

fn resource(problems: &mut Problems, types: &Types, entry: &Entry) -> Resource {
    let mut resource = Resource {
        ty: Type::Unknown,
        default: None,
        readonly: false,
    };
    let Some(table) = Table::open(problems, &RESOURCE, &entry.key, &entry.value) else {
        return resource;
    };
    if table.get("type").is_some() {
        resource.ty = types.of(problems, &table);
    } else {
        let problem = resource_without_type::report(entry.key.region, &entry.key.name);
        problems.push(problem);
    }
    table.text(problems, "description");
    resource.default = default_of(problems, &table, &resource.ty, &[]);
    resource.readonly = table.flag(problems, "readonly");
    resource
}
