//! What a protocol declares before anything runs: the names that the rest may use.
//!
//! A declaration with a problem still declares its name, so that its users are not reported, too.

mod declared;
mod fields;
mod mcp_servers;
mod references;
mod resources;
mod skills;
mod threads;
mod tools;
mod triggers;
mod types;
mod variables;
mod workers;

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::ReferenceFile;
use serde_json::Value as Json;

use crate::problems::Problems;
use crate::program::{
    Field, McpServer, OnDemandMcpServers, OnDemandSkills, Reference, Site, Skill, Type, Worker,
};
use crate::rules::default_value;
use crate::table::Table;

pub(crate) use declared::Declared;
pub(crate) use resources::Resource;
pub(crate) use tools::ToolDecl;
pub(crate) use triggers::TriggerDecl;
pub(crate) use types::Types;
pub(crate) use variables::Variable;

const SITES: &[(&str, Site)] = &[("sandbox", Site::Sandbox), ("device", Site::Device)];

/// Everything that has a name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) types: Types,
    pub(crate) inputs: Declared<Field>,
    pub(crate) variables: Declared<Variable>,
    pub(crate) resources: Declared<Resource>,
    pub(crate) triggers: Declared<TriggerDecl>,
    pub(crate) tools: Declared<ToolDecl>,
    pub(crate) skills: Declared<Skill>,
    pub(crate) on_demand_skills: Option<OnDemandSkills>,
    pub(crate) mcp_servers: Declared<McpServer>,
    pub(crate) on_demand_mcp_servers: Option<OnDemandMcpServers>,
    pub(crate) workers: Declared<Worker>,
    pub(crate) references: Declared<Reference>,
    /// The names of the inputs of all triggers.
    pub(crate) trigger_inputs: BTreeSet<Arc<str>>,
    /// The threads that some block starts.
    pub(crate) threads: BTreeSet<Arc<str>>,
}

impl Names {
    pub(crate) fn read(
        problems: &mut Problems,
        protocol: &Table<'_>,
        references: &[ReferenceFile],
    ) -> Self {
        let types = Types::read(problems, protocol);
        let tools = tools::read(problems, &types, protocol);
        let triggers = triggers::read(problems, &types, protocol);
        let trigger_inputs = triggers.values().flat_map(|it| it.inputs.iter());
        Self {
            trigger_inputs: trigger_inputs.map(|it| Arc::clone(&it.name)).collect(),
            inputs: fields::read(problems, &types, protocol),
            variables: variables::read(problems, &types, protocol),
            resources: resources::read(problems, &types, protocol),
            triggers,
            skills: skills::read(problems, protocol),
            on_demand_skills: skills::on_demand(problems, protocol),
            mcp_servers: mcp_servers::read(problems, protocol),
            on_demand_mcp_servers: mcp_servers::on_demand(problems, protocol),
            workers: workers::read(problems, &tools, protocol),
            references: references::read(references),
            threads: threads::read(protocol),
            tools,
            types,
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
    let node = table.get("default")?;
    default_value::check(problems, node, ty, allowed);
    Some(node.to_json())
}

/// How many of the newest results a model is shown whole, of `contextRetention`.
fn retain_last(table: &Table<'_>) -> Option<u32> {
    let retention = table.table("contextRetention")?;
    retention.table("toolResults")?.whole("retainLast")
}

fn site(table: &Table<'_>) -> Site {
    table.choice("execution", SITES).unwrap_or_default()
}
