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
#[derive(Debug, Default)]
pub(crate) struct Resource {
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
        let resource = resource(problems, types, entry).unwrap_or_default();
        resources.insert(Arc::clone(&entry.key.name), resource);
    }
    resources
}

fn resource(problems: &mut Problems, types: &Types, entry: &Entry) -> Option<Resource> {
    let table = Table::open(problems, &RESOURCE, &entry.key, &entry.value)?;
    let ty = if table.get("type").is_some() {
        types.of(problems, &table)
    } else {
        let problem = resource_without_type::report(entry.key.region, &entry.key.name);
        problems.push(problem);
        Type::Unknown
    };
    table.text(problems, "description");
    Some(Resource {
        default: default_of(problems, &table, &ty, &[]),
        readonly: table.flag(problems, "readonly"),
    })
}
