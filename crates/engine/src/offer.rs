//! What a model is offered, and what a name that it calls stands for: a tool of the client, a worker, or
//! a tool of the server.

use std::sync::Arc;

use domain::{Display, ErrorInfo, ErrorType, ToolDef, ToolSchema, Toolset};
use protocol::program::{Agent, Block, McpServer, McpSource, Program, Tool, Worker};
use serde_json::{Map, Value};

use crate::builtin::Builtin;
use crate::effects::Effects;
use crate::lane::LaneId;
use crate::machine::Machine;
use crate::worker::declared_worker;

/// What parts the namespace of a client's own tool from its name.
const NAMESPACE_END: &str = "__";

/// What the names of the server's own tools begin with.
const RESERVED: &str = "octavus_";

/// What every provider takes.
const LONGEST_NAME: usize = 64;

/// What a model may call.
#[derive(Clone, Debug)]
pub(crate) enum Offered<'p> {
    Client {
        def: ToolDef,
        display: Display,
        label: Option<Arc<str>>,
    },
    Worker(&'p Worker),
    Builtin(Builtin),
}

impl Offered<'_> {
    pub(crate) fn client(tool: &Tool) -> Self {
        Self::Client {
            def: tool.def.clone(),
            display: tool.display,
            label: tool.label.clone(),
        }
    }

    pub(crate) fn description(&self) -> String {
        match self {
            Self::Client { def, .. } => def.description.clone(),
            Self::Worker(worker) => worker.description.as_deref().unwrap_or_default().to_owned(),
            Self::Builtin(builtin) => builtin.def().description,
        }
    }

    /// How its card is shown: its display and its label. A worker has a part of its own instead.
    pub(crate) fn card(&self) -> (Display, Option<String>) {
        let (display, label) = match self {
            Self::Client { display, label, .. } => (*display, label.as_deref()),
            Self::Worker(_) => (Display::Hidden, None),
            Self::Builtin(builtin) => builtin.card(),
        };
        let label = label.filter(|_| !matches!(display, Display::Hidden | Display::Name));
        (display, label.map(str::to_owned))
    }
}

impl Machine {
    /// What the thread of a block may use.
    pub(crate) fn toolset(&self, lane: LaneId, block: &Block) -> Toolset {
        let program = self.program(lane);
        match program.agent() {
            Some(agent) if block.thread.is_main() => toolset_of(&program, agent),
            Some(_) | None => {
                let threads = &self.state(lane).threads;
                let config = threads.get(&block.thread);
                config
                    .map(|config| config.toolset.clone())
                    .unwrap_or_default()
            }
        }
    }

    /// What a name means to a model that is offered this; `None` where it is offered no such thing.
    pub(crate) fn offered<'p>(
        &self,
        program: &'p Program,
        toolset: &Toolset,
        name: &str,
    ) -> Option<Offered<'p>> {
        let among = |names: &[String]| names.iter().any(|it| it == name);
        if among(&toolset.tools) {
            return program.tool(name).map(Offered::client);
        }
        if among(&toolset.builtins) {
            return Builtin::named(name).map(Offered::Builtin);
        }
        if among(&toolset.workers) {
            return declared_worker(program, name).map(Offered::Worker);
        }
        let tool = self
            .session
            .dynamic_tools
            .iter()
            .find(|it| it.name == name)?;
        dynamic(program, toolset, tool)
    }

    /// All that the model is offered.
    pub(crate) fn tool_defs(&self, program: &Program, toolset: &Toolset) -> Vec<ToolDef> {
        let tools = toolset.tools.iter().filter_map(|name| program.tool(name));
        let tools = tools.map(|tool| tool.def.clone());
        let builtins = toolset.builtins.iter();
        let builtins = builtins.filter_map(|name| Some(Builtin::named(name)?.def()));
        let workers = toolset.workers.iter();
        let workers = workers.filter_map(|slug| declared_worker(program, slug));
        let declared = self.session.dynamic_tools.iter();
        let declared = declared.filter_map(|tool| match dynamic(program, toolset, tool)? {
            Offered::Client { def, .. } => Some(def),
            Offered::Worker(_) | Offered::Builtin(_) => None,
        });
        tools
            .chain(builtins)
            .chain(workers.map(|worker| self.worker_tool(worker)))
            .chain(declared)
            .collect()
    }

    /// Takes the list of tools that a client declares, whole. Those that no model could be offered are left
    /// out, with an entry in the log (CONTRACT 7.16).
    pub(crate) fn take_dynamic_tools(
        &mut self,
        tools: Option<Vec<ToolSchema>>,
        effects: &mut Effects,
    ) {
        let Some(tools) = tools else { return };
        let mut taken: Vec<ToolSchema> = Vec::new();
        for tool in tools {
            match self.flaw_of(&tool, &taken) {
                None => taken.push(tool),
                Some(flaw) => {
                    let message = format!("The tool \"{}\" is left out: {flaw}.", tool.name);
                    let error = ErrorInfo::platform(ErrorType::ValidationError, message);
                    self.log_error(LaneId::ROOT, error, effects);
                }
            }
        }
        self.session.dynamic_tools = taken;
        effects.commit().state_changed = true;
    }

    /// Why a tool that a client declares cannot be offered.
    fn flaw_of(&self, tool: &ToolSchema, taken: &[ToolSchema]) -> Option<&'static str> {
        let name = &tool.name;
        let letter = |it: u8| it.is_ascii_alphanumeric() || it == b'_' || it == b'-';
        if !self.declares_namespace(name) {
            Some(
                "the protocol declares no device or consumer server of its namespace in `mcpServers`",
            )
        } else if name.starts_with(RESERVED) {
            Some("names that begin with `octavus_` are the server's own")
        } else if name.len() > LONGEST_NAME || !name.bytes().all(letter) {
            Some("no model takes a name but of 64 letters, digits, `_` and `-` at most")
        } else if taken.iter().any(|it| it.name == *name) {
            Some("another tool has its name")
        } else {
            None
        }
    }

    fn declares_namespace(&self, tool: &str) -> bool {
        let workers = self.programs.workers.values().map(|it| &it.program);
        let mut programs = workers.chain([&self.programs.main]);
        programs.any(|program| server_of(program, tool).is_some())
    }
}

/// What an agent's configuration offers.
pub(crate) fn toolset_of(program: &Program, agent: &Agent) -> Toolset {
    let tools = agent.tools.iter().filter_map(|it| program.tools.get(it.0));
    let workers = agent.workers.iter();
    let workers = workers.filter_map(|it| program.workers.get(it.0));
    let references = agent.references.iter();
    let references = references.filter_map(|it| program.references.get(it.0));
    let servers = agent.mcp_servers.iter();
    let servers = servers.filter_map(|it| program.mcp_servers.get(it.0));
    Toolset {
        tools: tools.map(|tool| tool.def.name.clone()).collect(),
        workers: workers.map(|worker| worker.slug.to_string()).collect(),
        references: references.map(|it| it.name.to_string()).collect(),
        namespaces: servers.map(|it| it.namespace.to_string()).collect(),
        builtins: Builtin::of(agent).map(|it| it.name().to_owned()).collect(),
    }
}

/// A tool that the client declared, if its server may be used here.
fn dynamic<'p>(program: &Program, toolset: &Toolset, tool: &ToolSchema) -> Option<Offered<'p>> {
    let server = server_of(program, &tool.name)?;
    let used = toolset
        .namespaces
        .iter()
        .any(|it| **it == *server.namespace);
    used.then(|| Offered::Client {
        def: ToolDef {
            name: tool.name.clone(),
            description: tool.description.clone(),
            input_schema: normalised(tool.input_schema.clone()),
        },
        display: server.display,
        label: server.label.clone(),
    })
}

/// The server on the client's side that a tool's name belongs to.
fn server_of<'p>(program: &'p Program, tool: &str) -> Option<&'p McpServer> {
    let (namespace, _) = tool.split_once(NAMESPACE_END)?;
    let mut servers = program.mcp_servers.iter();
    servers.find(|server| match server.source {
        McpSource::Device | McpSource::Consumer => *server.namespace == *namespace,
        McpSource::Remote { .. } => false,
    })
}

/// A schema as providers take it. Libraries that make schemas add a dialect, which none of them reads,
/// and statements on more properties, which some refuse.
fn normalised(mut schema: Map<String, Value>) -> Value {
    schema.insert("type".into(), "object".into());
    let mut schema = Value::Object(schema);
    normalise(&mut schema);
    schema
}

fn normalise(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    schema.remove("$schema");
    schema.remove("additionalProperties");
    for (key, value) in schema {
        match (key.as_str(), value) {
            ("properties" | "$defs" | "definitions", Value::Object(schemas)) => {
                schemas.values_mut().for_each(normalise);
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems" | "items", Value::Array(schemas)) => {
                schemas.iter_mut().for_each(normalise);
            }
            ("items" | "not" | "if" | "then" | "else", value) => normalise(value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_lose_what_providers_refuse() {
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "additionalProperties": false,
            "properties": {
                "additionalProperties": {"type": "string"},
                "list": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
                "pair": {"type": "array", "items": [{"$schema": "x", "type": "null"}]},
                "case": {"if": {"$schema": "x"}, "then": {"$schema": "x"}},
                "either": {"anyOf": [{"$schema": "x", "type": "null"}]},
            },
        });
        let Value::Object(schema) = schema else {
            panic!("not an object")
        };
        let expected = json!({
            "type": "object",
            "properties": {
                "additionalProperties": {"type": "string"},
                "list": {"type": "array", "items": {"type": "object"}},
                "pair": {"type": "array", "items": [{"type": "null"}]},
                "case": {"if": {}, "then": {}},
                "either": {"anyOf": [{"type": "null"}]},
            },
        });
        assert_eq!(normalised(schema), expected);
    }
}
