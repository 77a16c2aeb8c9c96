//! `octavusd check`: compiles agent folders. Exit codes: 0 when all are valid, 1 when one is not, 2
//! when a folder cannot be read.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use protocol::Diagnostic;
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

fn check_all(paths: &[PathBuf]) -> anyhow::Result<Vec<Report>> {
    let mut reports = Vec::new();
    for path in paths {
        for folder in agent_folder::find(path)? {
            reports.push(check(&folder)?);
        }
    }
    Ok(reports)
}

fn check(folder: &Path) -> anyhow::Result<Report> {
    let bundle = agent_folder::read(folder)?;
    let compiled = protocol::compile(&bundle);
    Ok(Report {
        folder: folder.to_owned(),
        valid: compiled.program.is_some(),
        drawn: protocol::render(&compiled.diagnostics, &bundle),
        diagnostics: compiled.diagnostics,
    })
}

fn summary(report: &Report) -> String {
    let errors = report
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .count();
    let warnings = report.diagnostics.len() - errors;
    let verdict = if report.valid { "valid" } else { "not valid" };
    let counts = format!("{errors} errors, {warnings} warnings");
    format!(
        "{}{}: {verdict} ({counts})",
        report.drawn,
        report.folder.display()
    )
}
