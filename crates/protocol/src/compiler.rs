//! From a bundle to a program, or to what is wrong with it.

use std::sync::Arc;

use domain::{AgentFormat, Bundle};

use crate::cx::Cx;
use crate::declarations::Names;
use crate::diagnostic::Diagnostic;
use crate::language::PROTOCOL;
use crate::problems::Problems;
use crate::program::{Entry, Program};
use crate::prompts::Prompts;
use crate::region::{File, Region};
use crate::rules::{
    duplicate_file, no_triggers, not_supported_yet, prompt_name, reference_file, slug,
};
use crate::table::Table;
use crate::yaml::{self, Key, Node};
use crate::{agent, handlers};

/// What became of a bundle.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// There is one if and only if no diagnostic is an error.
    pub program: Option<Arc<Program>>,
    /// All problems, in the order of the files and of their text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles an agent. All problems are found in one pass, and none is a panic.
#[must_use]
pub fn compile(bundle: &Bundle) -> Compiled {
    let mut problems = Problems::default();
    check_files(&mut problems, bundle);
    let root = yaml::parse(&bundle.protocol, &mut problems);
    let prompts = Prompts::read(&mut problems, bundle);
    let program = root
        .as_ref()
        .and_then(|root| lower(&mut problems, bundle, root, &prompts));
    Compiled {
        program: program.filter(|_| !problems.has_errors()).map(Arc::new),
        diagnostics: problems.finish(bundle, root.as_ref()),
    }
}

/// What can be said of the files without reading them.
fn check_files(problems: &mut Problems, bundle: &Bundle) {
    slug::check(problems, bundle);
    prompt_name::check(problems, bundle);
    reference_file::check(problems, bundle);
    duplicate_file::check(problems, bundle);
    if bundle.settings.format == AgentFormat::Worker {
        problems.push(not_supported_yet::worker_format());
    }
}

/// What an agent that people talk to must have.
fn check_interactive(cx: &mut Cx<'_>, protocol: &Table<'_>) {
    protocol.required(cx.problems, "agent");
    if cx.names.triggers.is_empty() && protocol.get("handlers").is_none() {
        cx.problems.push(no_triggers::report());
    }
}

/// `None` only where an error was reported.
fn lower(
    problems: &mut Problems,
    bundle: &Bundle,
    root: &Node,
    prompts: &Prompts,
) -> Option<Program> {
    let whole = Key {
        name: "protocol.yaml".into(),
        region: Region::whole(File::Protocol),
    };
    let protocol = Table::open(problems, &PROTOCOL, &whole, root)?;
    let names = Names::read(problems, &protocol);
    let mut cx = Cx {
        problems,
        names: &names,
        prompts,
        model: None,
        prompt_bytes: 0,
    };
    let agent = protocol.entry("agent");
    let agent = agent.and_then(|entry| agent::lower(&mut cx, entry));
    cx.model = agent.as_ref().map(|agent| agent.model.clone());
    if bundle.settings.format == AgentFormat::Interactive {
        check_interactive(&mut cx, &protocol);
    }
    let triggers = handlers::lower(&mut cx, &protocol);
    let variables = names.variables.iter();
    let resources = names.resources.iter();
    Some(Program {
        inputs: names.inputs.to_vec(),
        variables: variables
            .map(|(name, variable)| (Arc::clone(name), variable.default.clone()))
            .collect(),
        resources: resources
            .map(|(name, resource)| (Arc::clone(name), resource.default.clone()))
            .collect(),
        tools: names.tools.to_vec(),
        skills: Vec::new(),
        on_demand_skills: None,
        mcp_servers: Vec::new(),
        on_demand_mcp_servers: None,
        workers: Vec::new(),
        references: Vec::new(),
        entry: Entry::Interactive {
            agent: Box::new(agent?),
            triggers,
        },
    })
}
