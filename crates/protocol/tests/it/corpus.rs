//! A bundle in, its diagnostics out: every file of `tests/corpus/` is one agent.
//!
//! A file holds the text of `protocol.yaml`; a line `=== <path>` begins another file of the bundle,
//! as `=== prompts/system.md` or `=== settings.json`. A prompt of one line may stand in the line
//! itself: `=== prompts/user.md: {{MESSAGE}}`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::{Bundle, ReferenceFile};
use protocol::{Program, Severity, compile, render};

use crate::bundles::{prompt, with_protocol};

fn bundle(text: &str) -> Bundle {
    let mut files = text.split("\n=== ");
    let protocol = format!("{}\n", files.next().unwrap_or_default());
    let mut bundle = with_protocol(protocol);
    for file in files {
        let (head, body) = file.split_once('\n').unwrap_or((file, ""));
        let (path, content) = head.split_once(": ").unwrap_or((head, body));
        let content = content.to_owned();
        let name = |folder| Some(path.strip_prefix(folder)?.strip_suffix(".md")?.to_owned());
        if path == "settings.json" {
            bundle.settings = serde_json::from_str(&content).expect("settings");
        } else if let Some(name) = name("prompts/") {
            bundle.prompts.push(prompt(&name, &content));
        } else if let Some(name) = name("references/") {
            let description = content.trim().to_owned();
            bundle.references.push(ReferenceFile {
                name,
                description,
                content,
            });
        } else {
            panic!("{path} is no file of a bundle");
        }
    }
    bundle
}

/// The names and bundles of a folder, in order.
fn corpus(folder: &str) -> Vec<(String, Bundle)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(folder);
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("a file").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "agent")
        {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            cases.push((name, bundle(&fs::read_to_string(&path).expect("text"))));
        }
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../corpus/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn valid_agents_have_a_program() {
    for (name, bundle) in corpus("valid") {
        let compiled = compile(&bundle);
        let drawn = render(&compiled.diagnostics, &bundle);
        let program = compiled
            .program
            .unwrap_or_else(|| panic!("{name} is invalid:\n{drawn}"));
        snapshot("valid", &name, &format!("{drawn}\n{}", written(&program)));
    }
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
    for (name, bundle) in corpus("invalid") {
        let compiled = compile(&bundle);
        assert_eq!(compiled.program, None, "{name} is valid");
        snapshot("invalid", &name, &render(&compiled.diagnostics, &bundle));
    }
}

#[test]
fn there_is_a_program_unless_there_is_an_error() {
    for (name, bundle) in corpus("valid").into_iter().chain(corpus("invalid")) {
        let compiled = compile(&bundle);
        let mut diagnostics = compiled.diagnostics.iter();
        let error = diagnostics.any(|it| it.severity == Severity::Error);
        assert_eq!(compiled.program.is_none(), error, "{name}");
    }
}

/// The codes of all rules, with the file of each.
fn rules() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut rules = Vec::new();
    for entry in fs::read_dir(folder).expect("the rules") {
        let path = entry.expect("a file").path();
        let text = fs::read_to_string(&path).expect("text");
        let code = text.find("(\"OCT").and_then(|at| text.get(at + 2..at + 9));
        rules.extend(code.map(|code| (code.to_owned(), path.display().to_string())));
    }
    rules.sort();
    rules
}

#[test]
fn no_two_rules_have_the_same_code() {
    let rules = rules();
    assert!(rules.len() > 40);
    for pair in rules.windows(2) {
        assert_ne!(pair[0].0, pair[1].0, "{pair:?}");
    }
}

#[test]
fn the_corpus_breaks_every_rule() {
    let bundles = corpus("valid").into_iter().chain(corpus("invalid"));
    let broken: BTreeSet<&str> = bundles
        .flat_map(|(_, bundle)| compile(&bundle).diagnostics)
        .map(|diagnostic| diagnostic.code)
        .collect();
    let unbroken: Vec<_> = rules()
        .into_iter()
        .filter(|(code, _)| !broken.contains(&**code))
        .collect();
    assert!(unbroken.is_empty(), "{unbroken:#?}");
}

#[test]
fn paths_lead_to_the_problem() {
    let mut bundles = corpus("invalid").into_iter();
    let (name, bundle) = bundles
        .find(|(name, _)| name == "many-problems")
        .expect("the bundle");
    let lines: Vec<String> = compile(&bundle)
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
