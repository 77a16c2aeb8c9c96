//! From a bundle to a program, or to what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{AgentFormat, Bundle};

use crate::catalog::Catalog;
use crate::cx::Cx;
use crate::declarations::Names;
use crate::diagnostic::Diagnostic;
use crate::problems::Problems;
use crate::program::{Entry, Program};
use crate::prompts::Prompts;
use crate::region::{File, Region};
use crate::rules::{
    duplicate_file, include_limit, missing_key, missing_worker, no_triggers, prompt_name,
    reference_description, reference_name, slug, unknown_output, worker_tool, wrong_format,
};
use crate::shape_check::{self, protocol_key};
use crate::sources::Sources;
use crate::table::Table;
use crate::unused;
use crate::uses::Uses;
use crate::yaml::{self, Node};
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
pub fn compile(bundle: &Bundle, catalog: &Catalog<'_>) -> Compiled {
    let sources = Sources {
        bundle,
        folder: None,
    };
    compile_sources(Problems::default(), sources, catalog)
}

/// The same with the texts that spans count in, and with the problems that were found in reading them.
pub(crate) fn compile_sources(
    mut problems: Problems,
    sources: Sources<'_>,
    catalog: &Catalog<'_>,
) -> Compiled {
    let bundle = sources.bundle;
    if let Some(problem) = include_limit::files(bundle) {
        problems.push(problem);
        return Compiled {
            program: None,
            diagnostics: problems.finish(sources, None),
        };
    }
    check_files(&mut problems, sources);
    let root = yaml::parse(&bundle.protocol, &mut problems);
    let prompts = Prompts::read(&mut problems, bundle);
    let program = root
        .as_ref()
        .and_then(|root| lower(&mut problems, bundle, root, &prompts, catalog));
    Compiled {
        program: program.filter(|_| !problems.has_errors()).map(Arc::new),
        diagnostics: problems.finish(sources, root.as_ref()),
    }
}

/// The workers that a bundle's protocol declares, by their slugs; none where it cannot be read.
///
/// Whoever compiles the bundle looks them up in the project first, for the [`Catalog`].
#[must_use]
pub fn declared_workers(bundle: &Bundle) -> Vec<Arc<str>> {
    let Some(root) = yaml::parse(&bundle.protocol, &mut Problems::default()) else {
        return Vec::new();
    };
    let key = protocol_key(Region::whole(File::Protocol));
    let table = Table::of(&key, &root);
    let workers = table.map_or(&[][..], |table| table.entries("workers"));
    workers.iter().map(|it| Arc::clone(&it.key.name)).collect()
}

/// What can be said of the files without reading them.
fn check_files(problems: &mut Problems, sources: Sources<'_>) {
    let bundle = sources.bundle;
    slug::check(problems, sources);
    prompt_name::check(problems, bundle);
    reference_description::check(problems, bundle);
    reference_name::check(problems, bundle);
    duplicate_file::check(problems, bundle);
}

/// `None` only where an error was reported.
fn lower(
    problems: &mut Problems,
    bundle: &Bundle,
    root: &Node,
    prompts: &Prompts,
    catalog: &Catalog<'_>,
) -> Option<Program> {
    let whole = protocol_key(Region::whole(File::Protocol));
    shape_check::check(problems, &whole, root);
    let protocol = Table::of(&whole, root)?;
    let names = Names::read(problems, &protocol, &bundle.references);
    let mut cx = Cx {
        problems,
        names: &names,
        prompts,
        catalog,
        uses: Uses::default(),
        models: BTreeMap::new(),
        started: None,
        prompt_bytes: 0,
    };
    missing_worker::check(&mut cx);
    worker_tool::check(&mut cx, &protocol);
    wrong_format::check(cx.problems, bundle.settings.format, &protocol);
    let entry = match bundle.settings.format {
        AgentFormat::Interactive => interactive(&mut cx, &protocol),
        AgentFormat::Worker => worker(&mut cx, &protocol),
    };
    unused::check(&mut cx);
    Some(program(&names, entry?))
}

/// `None` only where an error was reported.
fn interactive(cx: &mut Cx<'_>, protocol: &Table<'_>) -> Option<Entry> {
    let section = protocol.entry("agent");
    if section.is_none() {
        let problem = missing_key::report(protocol.region, "an interactive agent", "agent");
        cx.problems.push(problem);
    }
    if cx.names.triggers.is_empty() && protocol.get("handlers").is_none() {
        cx.problems.push(no_triggers::report());
    }
    let agent = section.and_then(|entry| agent::lower(cx, entry));
    let triggers = handlers::lower(cx, protocol);
    Some(Entry::Interactive {
        agent: Box::new(agent?),
        triggers,
    })
}

/// `None` only where an error was reported.
fn worker(cx: &mut Cx<'_>, protocol: &Table<'_>) -> Option<Entry> {
    let Some(section) = protocol.entry("steps") else {
        let problem = missing_key::report(protocol.region, "a worker", "steps");
        cx.problems.push(problem);
        return None;
    };
    cx.started = Some(BTreeSet::new());
    let steps = handlers::steps(cx, section);
    let output = protocol
        .text("output")
        .map(|name| unknown_output::result(cx, name));
    Some(Entry::Worker {
        steps,
        output: match output {
            Some(output) => Some(output?),
            None => None,
        },
    })
}

fn program(names: &Names, entry: Entry) -> Program {
    Program {
        inputs: names.inputs.values().cloned().collect(),
        variables: names
            .variables
            .iter()
            .map(|it| (Arc::clone(&it.name), it.value.default.clone()))
            .collect(),
        resources: names
            .resources
            .iter()
            .map(|it| (Arc::clone(&it.name), it.value.default.clone()))
            .collect(),
        tools: names.tools.values().map(|it| it.tool.clone()).collect(),
        skills: names.skills.values().cloned().collect(),
        on_demand_skills: names.on_demand_skills.clone(),
        mcp_servers: names.mcp_servers.values().cloned().collect(),
        on_demand_mcp_servers: names.on_demand_mcp_servers.clone(),
        workers: names.workers.values().cloned().collect(),
        references: names.references.values().cloned().collect(),
        entry,
    }
}
