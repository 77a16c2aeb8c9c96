//! What a protocol declares before anything runs: the names that the rest may use.
//!
//! A declaration with a problem still declares its name, so that its users are not reported, too.

mod fields;
mod resources;
mod threads;
mod tools;
mod triggers;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::problems::Problems;
use crate::program::Type;
use crate::rules::{container_type, unknown_type};
use crate::table::{Table, Text};
use crate::types;
use crate::yaml::Node;

pub(crate) use fields::Fields;
pub(crate) use resources::Resource;
pub(crate) use tools::{ToolDecl, Tools};
pub(crate) use triggers::TriggerDecl;
pub(crate) use variables::Variable;

/// Everything that has a name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) inputs: Fields,
    pub(crate) variables: BTreeMap<Arc<str>, Variable>,
    pub(crate) resources: BTreeMap<Arc<str>, Resource>,
    pub(crate) triggers: BTreeMap<Arc<str>, TriggerDecl>,
    pub(crate) tools: Tools,
    /// The threads that some handler starts.
    pub(crate) threads: BTreeSet<Arc<str>>,
}

impl Names {
    pub(crate) fn read(problems: &mut Problems, protocol: &Table<'_>) -> Self {
        let types = Types::read(protocol);
        Self {
            inputs: fields::read(problems, &types, protocol),
            variables: variables::read(problems, &types, protocol),
            resources: resources::read(problems, &types, protocol),
            triggers: triggers::read(problems, &types, protocol),
            tools: tools::read(problems, &types, protocol),
            threads: threads::read(protocol),
        }
    }
}

/// The names under `types`. That section is not built yet, which is reported once and not again
/// wherever one of its types is used.
#[derive(Debug, Default)]
pub(crate) struct Types(BTreeSet<Arc<str>>);

impl Types {
    fn read(protocol: &Table<'_>) -> Self {
        let entries = protocol
            .get("types")
            .and_then(Node::as_map)
            .unwrap_or_default();
        Self(entries.iter().map(|it| Arc::clone(&it.key.name)).collect())
    }

    /// The type that a `type` key names; `unknown` where it names none, which is reported.
    fn resolve(&self, problems: &mut Problems, text: Text<'_>) -> Type {
        if let Some(ty) = types::parse(text.value) {
            return ty;
        }
        let item = text.value.trim_end_matches("[]");
        if matches!(&**text.value, "array" | "object") {
            problems.push(container_type::report(text));
        } else if !self.0.contains(item) {
            unknown_type::report(problems, text);
        }
        Type::Unknown
    }

    /// The type of a declaration that must have one.
    fn of(&self, problems: &mut Problems, table: &Table<'_>) -> Type {
        match table.required_text(problems, "type") {
            Some(text) => self.resolve(problems, text),
            None => Type::Unknown,
        }
    }
}

/// The value of `default`, as it is written.
fn default_of(
    problems: &mut Problems,
    table: &Table<'_>,
    ty: &Type,
    allowed: &[Arc<str>],
) -> Option<Json> {
    let node: &Node = table.get("default")?;
    crate::rules::default_value::check(problems, node, ty, allowed);
    Some(node.to_json())
}

/// The description, if there is one.
fn description_of(problems: &mut Problems, table: &Table<'_>) -> Option<Arc<str>> {
    table
        .text(problems, "description")
        .map(|text| Arc::clone(text.value))
}
