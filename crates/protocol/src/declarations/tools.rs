//! `tools`: what the application can do for a model.

use std::sync::Arc;

use domain::{Display, ToolDef};
use serde_json::{Map, Value as Json, json};

use super::{Declared, Types, retain_last};
use crate::display;
use crate::problems::Problems;
use crate::program::{Field, Tool, Type};
use crate::rules::{reserved_name, tool_name};
use crate::table::Table;
use crate::types;
use crate::yaml::Entry;

/// A declared tool.
#[derive(Debug)]
pub(crate) struct ToolDecl {
    pub(crate) tool: Tool,
    pub(crate) parameters: Declared<Field>,
}

pub(super) fn read(
    problems: &mut Problems,
    types: &Types,
    protocol: &Table<'_>,
) -> Declared<ToolDecl> {
    let mut tools = Declared::default();
    for entry in protocol.entries("tools") {
        let (name, region) = (&entry.key.name, entry.key.region);
        if reserved_name::check(problems, name, region) {
            tool_name::check(problems, name, region);
        }
        tools.insert(&entry.key, tool(problems, types, entry));
    }
    tools
}

fn tool(problems: &mut Problems, types: &Types, entry: &Entry) -> ToolDecl {
    let mut decl = ToolDecl {
        tool: Tool {
            def: ToolDef {
                name: entry.key.name.to_string(),
                description: String::new(),
                input_schema: Json::Null,
            },
            display: Display::Description,
            label: None,
            retain_last: None,
        },
        parameters: Declared::default(),
    };
    if let Some(table) = Table::of_entry(entry) {
        let description = table.string("description").unwrap_or_default();
        decl.tool.def.description = description.to_string();
        let (display, label) = display::read(problems, &table, Display::Description);
        decl.tool.display = display;
        decl.tool.label = label;
        decl.tool.retain_last = retain_last(&table);
        for entry in table.entries("parameters") {
            let parameter = parameter(problems, types, entry);
            decl.parameters.insert(&entry.key, parameter);
        }
    }
    decl.tool.def.input_schema = schema(decl.parameters.values());
    decl
}

fn parameter(problems: &mut Problems, types: &Types, entry: &Entry) -> Field {
    let table = Table::of_entry(entry);
    let ty = table.map(|table| types.of(problems, &table));
    Field {
        name: Arc::clone(&entry.key.name),
        ty: ty.unwrap_or(Type::Unknown),
        description: table.and_then(|table| table.string("description")),
        optional: table.is_some_and(|table| table.flag("optional")),
        default: None,
        allowed: Vec::new(),
    }
}

/// JSON Schema of an object with these values.
fn schema<'f>(parameters: impl Iterator<Item = &'f Field>) -> Json {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for parameter in parameters {
        let mut schema = types::json_schema(&parameter.ty);
        types::describe(&mut schema, parameter.description.as_deref());
        properties.insert(parameter.name.to_string(), schema);
        if !parameter.optional {
            required.push(json!(&*parameter.name));
        }
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
