//! A bundle in, its diagnostics out: every file of `tests/corpus/` is one agent.

use std::path::Path;

use super::agent_files::corpus;
use crate::{Catalog, Compiled, Folder, Program, Severity, compile_folder, render_folder};

/// Of longer agents not every line is left out once: they repeat themselves.
const MOST_LINES: usize = 40;

pub(super) fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../../tests/corpus/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn compile(folder: &Folder) -> (Compiled, String) {
    let (bundle, compiled) = compile_folder(folder, &Catalog::default());
    let drawn = render_folder(&compiled.diagnostics, &bundle, folder, Path::new(""));
    (compiled, drawn)
}

#[test]
fn valid_agents_have_a_program() {
    let mut invalid = Vec::new();
    for (name, folder) in corpus("valid") {
        let (compiled, drawn) = compile(&folder);
        match compiled.program {
            Some(program) => {
                let text = format!("{drawn}\n{}", written(&program));
                snapshot("valid", &name, &text);
            }
            None => invalid.push(format!("{name}:\n{drawn}")),
        }
    }
    assert!(invalid.is_empty(), "{}", invalid.join("\n\n"));
}

/// A program without what is not in it: a reader looks for what the compiler made of the text.
fn written(program: &Program) -> String {
    let absent = [": None,", ": [],", ": {},", ": false,"];
    let text = format!("{program:#?}");
    let lines = text.lines();
    let there = lines.filter(|line| !absent.iter().any(|end| line.ends_with(end)));
    there.collect::<Vec<_>>().join("\n")
}

#[test]
fn invalid_agents_have_none() {
    for (name, folder) in corpus("invalid") {
        let (compiled, drawn) = compile(&folder);
        assert_eq!(compiled.program, None, "{name} is valid");
        snapshot("invalid", &name, &drawn);
    }
}

#[test]
fn there_is_a_program_unless_there_is_an_error() {
    let parts = ["valid", "invalid", "rules"].into_iter();
    for (name, folder) in parts.flat_map(corpus) {
        agrees(&name, &folder);
    }
}

#[test]
fn also_where_a_line_is_missing() {
    let parts = ["valid", "rules"].into_iter();
    for (name, folder) in parts.flat_map(corpus) {
        let lines: Vec<&str> = folder.protocol.lines().collect();
        for missing in 0..lines.len().min(MOST_LINES) {
            let mut lines = lines.clone();
            lines.remove(missing);
            let folder = Folder {
                protocol: lines.join("\n"),
                ..folder.clone()
            };
            agrees(&format!("{name} without line {}", missing + 1), &folder);
        }
    }
}

fn agrees(name: &str, folder: &Folder) {
    let (_, compiled) = compile_folder(folder, &Catalog::default());
    let mut diagnostics = compiled.diagnostics.iter();
    let error = diagnostics.any(|it| it.severity == Severity::Error);
    assert_eq!(compiled.program.is_none(), error, "{name}");
}

#[test]
fn paths_lead_to_the_problem() {
    let mut folders = corpus("invalid").into_iter();
    let (name, folder) = folders
        .find(|(name, _)| name == "many-problems")
        .expect("the agent");
    let lines: Vec<String> = compile(&folder)
        .0
        .diagnostics
        .iter()
        .map(|it| {
            format!(
                "{} {} {}",
                it.code,
                it.file,
                it.path.as_deref().unwrap_or("-")
            )
        })
        .collect();
    snapshot("invalid", &format!("{name}.paths"), &lines.join("\n"));
}
