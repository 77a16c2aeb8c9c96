//! What the engine runs: an agent with every name resolved.
//!
//! Nothing is optional here that must be there, and a name is left only where it is a key of stored
//! state or text for a client. [`crate::compile`] is the only maker of a [`Program`].

mod agent;
mod block;
mod prompt;
mod types;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AgentFormat, Display, ToolDef};
use serde_json::Value;

pub use agent::{
    Agent, ContextManagement, Guards, MediaModels, ProviderOptions, ProviderSkill, ProviderTool,
    ProviderToolKind,
};
pub use block::{
    AddMessage, Argument, AudioFormat, Block, BlockKind, GenerateImage, GenerateSpeech,
    GenerateVideo, NextMessage, Resolution, RunWorker, SerializeThread, SetResource, StartThread,
    ThreadFormat, ToolCall, TranscribeAudio, UiContent,
};
pub use prompt::{Condition, Piece, Prompt};
pub use types::{Form, NamedType, Property, Type, Union};

/// A compiled agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// What a session, or the run of a worker, is created with.
    pub inputs: Vec<Field>,
    /// What blocks set; the value is the default, absent where the protocol gives none.
    pub variables: BTreeMap<Arc<str>, Option<Value>>,
    /// What set-resource blocks set; the value is the default, absent where the protocol gives none.
    pub resources: BTreeMap<Arc<str>, Option<Value>>,
    pub tools: Vec<Tool>,
    pub skills: Vec<Skill>,
    /// Skills that are attached while the agent runs.
    pub on_demand_skills: Option<OnDemandSkills>,
    pub mcp_servers: Vec<McpServer>,
    /// Servers of the project that the program does not name.
    pub on_demand_mcp_servers: Option<OnDemandMcpServers>,
    pub workers: Vec<Worker>,
    pub references: Vec<Reference>,
    pub entry: Entry,
}

/// Where the agent begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Sessions, whose triggers start handlers.
    Interactive {
        /// The configuration of the main thread.
        agent: Box<Agent>,
        triggers: BTreeMap<Arc<str>, Trigger>,
    },
    /// One run, from input to output.
    Worker {
        steps: Vec<Block>,
        /// The variable that holds the result.
        output: Option<Arc<str>>,
    },
}

impl Program {
    #[must_use]
    pub fn format(&self) -> AgentFormat {
        match self.entry {
            Entry::Interactive { .. } => AgentFormat::Interactive,
            Entry::Worker { .. } => AgentFormat::Worker,
        }
    }

    /// The configuration of the main thread; a worker has none.
    #[must_use]
    pub fn agent(&self) -> Option<&Agent> {
        match &self.entry {
            Entry::Interactive { agent, .. } => Some(agent),
            Entry::Worker { .. } => None,
        }
    }

    /// The triggers by name; a worker has none.
    pub fn triggers(&self) -> impl Iterator<Item = (&Arc<str>, &Trigger)> {
        let triggers = match &self.entry {
            Entry::Interactive { triggers, .. } => Some(triggers),
            Entry::Worker { .. } => None,
        };
        triggers.into_iter().flatten()
    }

    /// The trigger of that name, with the name as the program holds it.
    #[must_use]
    pub fn trigger(&self, name: &str) -> Option<(&Arc<str>, &Trigger)> {
        match &self.entry {
            Entry::Interactive { triggers, .. } => triggers.get_key_value(name),
            Entry::Worker { .. } => None,
        }
    }

    /// The tool of that name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.def.name == name)
    }
}

/// A declared input value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: Arc<str>,
    pub ty: Type,
    pub description: Option<Arc<str>>,
    pub optional: bool,
    pub default: Option<Value>,
    /// The allowed values of a string; empty where any is.
    pub allowed: Vec<Arc<str>>,
}

/// A tool that runs on the client's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    pub def: ToolDef,
    pub display: Display,
    /// What a client shows instead of the name; the description where no title is given.
    pub label: Option<Arc<str>>,
    /// How many of its newest results a model is shown whole; all where it is absent.
    pub retain_last: Option<u32>,
}

/// An index into [`Program::tools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ToolIndex(pub usize);

/// Where code runs that is not the application's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Site {
    /// On the server, shut in.
    #[default]
    Sandbox,
    /// On the machine of the client.
    Device,
}

/// A package of knowledge and scripts.
#[derive(Clone, Debug, PartialEq)]
pub struct Skill {
    pub slug: Arc<str>,
    pub display: Display,
    pub label: Option<Arc<str>>,
    /// What a model is told of it, in place of its own words.
    pub description: Option<Arc<str>>,
    pub site: Site,
}

/// An index into [`Program::skills`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkillIndex(pub usize);

/// How skills are shown that are attached while the agent runs.
#[derive(Clone, Debug, PartialEq)]
pub struct OnDemandSkills {
    pub display: Display,
    pub label: Option<Arc<str>>,
    pub site: Site,
}

/// A server of tools, which are called `<namespace>__<tool>`.
#[derive(Clone, Debug, PartialEq)]
pub struct McpServer {
    pub namespace: Arc<str>,
    pub description: Arc<str>,
    pub source: McpSource,
    pub display: Display,
    pub label: Option<Arc<str>>,
    /// How many of its newest results a model is shown whole; all where it is absent.
    pub retain_last: Option<u32>,
}

/// An index into [`Program::mcp_servers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct McpServerIndex(pub usize);

/// Who runs a server of tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum McpSource {
    /// The project; `eager` connects before the first model step.
    Remote { eager: bool, site: Site },
    /// The client's machine.
    Device,
    /// The application.
    Consumer,
}

/// How servers are shown that the project has and the program does not name.
#[derive(Clone, Debug, PartialEq)]
pub struct OnDemandMcpServers {
    pub description: Option<Arc<str>>,
    pub display: Display,
    pub label: Option<Arc<str>>,
    pub site: Site,
    /// How many newest results of each a model is shown whole; all where it is absent.
    pub retain_last: Option<u32>,
}

/// A worker agent that this agent may run.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker {
    pub slug: Arc<str>,
    pub description: Option<Arc<str>>,
    pub display: Display,
    pub label: Option<Arc<str>>,
    /// Tools of the worker that are answered by tools of this agent.
    pub tools: BTreeMap<Arc<str>, ToolIndex>,
}

/// An index into [`Program::workers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerIndex(pub usize);

/// A document that a model may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub name: Arc<str>,
    pub description: Arc<str>,
    pub content: Arc<str>,
}

/// An index into [`Program::references`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReferenceIndex(pub usize);

/// A trigger and the handler that it starts. A trigger always has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    pub inputs: Vec<Field>,
    pub handler: Vec<Block>,
}

/// A value that is fixed, or is read when it is needed (`model: MODEL`).
#[derive(Clone, Debug, PartialEq)]
pub enum Setting<T> {
    Fixed(T),
    From(Place),
}

/// Where a value lives while a handler runs. A name that is in several places means the first of
/// trigger input, variable, resource, session input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    TriggerInput(Arc<str>),
    Variable(Arc<str>),
    Resource(Arc<str>),
    Input(Arc<str>),
}

impl Place {
    /// The name of the value, without where it lives.
    #[must_use]
    pub fn name(&self) -> Arc<str> {
        match self {
            Self::TriggerInput(name)
            | Self::Variable(name)
            | Self::Resource(name)
            | Self::Input(name) => Arc::clone(name),
        }
    }
}
