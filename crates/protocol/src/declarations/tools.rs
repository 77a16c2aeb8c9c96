//! `tools`: what the application can do for a model.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Display, ToolDef};
use serde_json::{Map, Value as Json, json};

use super::Types;
use crate::display;
use crate::language::{PARAMETER, TOOL};
use crate::problems::Problems;
use crate::program::{Tool, ToolIndex, Type};
use crate::rules::{reserved_name, tool_name};
use crate::table::{self, Table};
use crate::types;
use crate::yaml::Entry;

/// A declared tool.
#[derive(Debug)]
pub(crate) struct ToolDecl {
    pub(crate) tool: Tool,
    /// Each parameter, and whether it may be left out.
    pub(crate) parameters: BTreeMap<Arc<str>, bool>,
}

/// Declared tools, in the author's order.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    list: Vec<ToolDecl>,
    index: BTreeMap<Arc<str>, ToolIndex>,
}

impl Tools {
    pub(crate) fn find(&self, name: &str) -> Option<ToolIndex> {
        self.index.get(name).copied()
    }

    pub(crate) fn get(&self, index: ToolIndex) -> Option<&ToolDecl> {
        self.list.get(index.0)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(|name| &**name)
    }

    pub(crate) fn to_vec(&self) -> Vec<Tool> {
        self.list.iter().map(|decl| decl.tool.clone()).collect()
    }
}

pub(super) fn read(problems: &mut Problems, types: &Types, protocol: &Table<'_>) -> Tools {
    let mut tools = Tools::default();
    let Some(node) = protocol.get("tools") else {
        return tools;
    };
    for entry in table::entries(problems, "tools", "the tools", node).unwrap_or_default() {
        let name = &entry.key.name;
        if reserved_name::check(problems, name, entry.key.region) {
            tool_name::check(problems, name, entry.key.region);
        }
        let index = ToolIndex(tools.list.len());
        tools.index.insert(Arc::clone(name), index);
        tools.list.push(tool(problems, types, entry));
    }
    tools
}

fn tool(problems: &mut Problems, types: &Types, entry: &Entry) -> ToolDecl {
    let table = Table::open(problems, &TOOL, &entry.key, &entry.value);
    let mut description = String::new();
    let mut shown = (Display::Description, None);
    let mut parameters = Parameters::default();
    if let Some(table) = table {
        if let Some(text) = table.required_text(problems, "description") {
            text.value.as_ref().clone_into(&mut description);
        }
        shown = display::read(problems, &table, Display::Description);
        parameters.read(problems, types, &table);
    }
    ToolDecl {
        tool: Tool {
            def: ToolDef {
                name: entry.key.name.to_string(),
                description,
                input_schema: parameters.schema(),
            },
            display: shown.0,
            label: shown.1,
            retain_last: None,
        },
        parameters: parameters.optional,
    }
}

#[derive(Default)]
struct Parameters {
    optional: BTreeMap<Arc<str>, bool>,
    properties: Map<String, Json>,
    required: Vec<Json>,
}

impl Parameters {
    fn read(&mut self, problems: &mut Problems, types: &Types, tool: &Table<'_>) {
        let Some(node) = tool.get("parameters") else {
            return;
        };
        let entries = table::entries(problems, "parameters", "the parameters", node);
        for entry in entries.unwrap_or_default() {
            self.parameter(problems, types, entry);
        }
    }

    fn parameter(&mut self, problems: &mut Problems, types: &Types, entry: &Entry) {
        let name = &entry.key.name;
        let (mut ty, mut optional, mut description) = (Type::Unknown, false, None);
        if let Some(table) = Table::open(problems, &PARAMETER, &entry.key, &entry.value) {
            ty = types.of(problems, &table);
            optional = table.flag(problems, "optional");
            description = table.text(problems, "description");
        }
        let mut schema = types::json_schema(&ty);
        if let (Some(object), Some(text)) = (schema.as_object_mut(), description) {
            object.insert("description".to_owned(), json!(&**text.value));
        }
        self.properties.insert(name.to_string(), schema);
        if !optional {
            self.required.push(json!(&**name));
        }
        self.optional.insert(Arc::clone(name), optional);
    }

    fn schema(&mut self) -> Json {
        json!({
            "type": "object",
            "properties": std::mem::take(&mut self.properties),
            "required": std::mem::take(&mut self.required),
            "additionalProperties": false,
        })
    }
}
