//! `octavusd check`: compiles agent folders. Exit codes: 0 when all are valid, 1 when one is not, 2
//! when a folder cannot be read.

use std::path::PathBuf;
use std::process::ExitCode;

use domain::AgentFormat;
use protocol::{Agents, Catalog, Diagnostic, Folder, Signature};
use serde::Serialize;

use super::{say, say_error};
use crate::agent_folder;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Agent folders, or folders of agent folders
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What is found in one agent folder.
#[derive(Debug, Serialize)]
struct Report {
    folder: PathBuf,
    valid: bool,
    diagnostics: Vec<Diagnostic>,
    #[serde(skip)]
    drawn: String,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let reports = match check_all(&arguments.folders) {
        Ok(reports) => reports,
        Err(error) => {
            say_error(&format!("error: {error:#}"));
            return ExitCode::from(2);
        }
    };
    let valid = reports.iter().all(|report| report.valid);
    if arguments.json {
        say(&serde_json::json!({ "valid": valid, "agents": reports }).to_string());
    } else {
        for report in &reports {
            say(&summary(report));
        }
    }
    if valid {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Compiles the agents of all folders, as those of one project.
fn check_all(paths: &[PathBuf]) -> anyhow::Result<Vec<Report>> {
    let mut folders = Vec::new();
    for path in paths {
        for folder in agent_folder::find(path)? {
            let files = agent_folder::read(&folder)?;
            folders.push((folder, files));
        }
    }
    let agents = signatures(&folders);
    let catalog = Catalog {
        agents: Some(&agents),
        models: Some(&provider::BuiltIn),
    };
    Ok(folders
        .into_iter()
        .map(|(folder, files)| report(folder, &files, &catalog))
        .collect())
}

/// What each agent is to the others.
fn signatures(folders: &[(PathBuf, Folder)]) -> Agents {
    let signature = |files: &Folder| {
        let (bundle, compiled) = protocol::compile_folder(files, &Catalog::default());
        let signature = match (compiled.program, bundle.settings.format) {
            (Some(program), _) => program.signature(),
            (None, AgentFormat::Interactive) => Signature::Interactive,
            (None, AgentFormat::Worker) => Signature::Broken,
        };
        (bundle.settings.slug, signature)
    };
    folders.iter().map(|(_, files)| signature(files)).collect()
}

fn report(folder: PathBuf, files: &Folder, catalog: &Catalog<'_>) -> Report {
    let (bundle, compiled) = protocol::compile_folder(files, catalog);
    let diagnostics = compiled.diagnostics;
    Report {
        valid: compiled.program.is_some(),
        drawn: protocol::render_folder(&diagnostics, &bundle, files, &folder),
        diagnostics,
        folder,
    }
}

fn summary(report: &Report) -> String {
    let diagnostics = report.diagnostics.iter();
    let errors = diagnostics.filter(|it| it.is_error()).count();
    let warnings = report.diagnostics.len() - errors;
    let verdict = if report.valid { "valid" } else { "not valid" };
    let folder = report.folder.display();
    let counts = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
    let gap = if report.drawn.is_empty() { "" } else { "\n" };
    format!("{}{gap}{folder}: {verdict} ({counts})", report.drawn)
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}
