//! `docs/errors/` has a page for each rule, made from the rule's file and its bundles.
//!
//! `UPDATE_ERROR_PAGES=1 cargo test -p octavus-protocol error_pages` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::agent_files;
use super::rules::{RuleFile, agents, drawn, rules};

/// A page shows so many problems of its rule.
const MOST_PROBLEMS: usize = 8;

const INTRODUCTION: &str = "\
# What the compiler says

Every problem has a code that never changes its meaning. An error keeps the agent from being stored; a
warning does not.

Each page shows an agent that has the problem and the nearest one that has not. They are in a project
with the workers `researcher` (which needs `TOPIC`, may be given `DEPTH`, and has the tool `search`),
`summarizer` and `fact-checker`, and with the agent `receptionist`, which is no worker. Models of `quick/`
have a fast mode and can watch videos, those of `plain/` can do neither.

| code | | rule | what is wrong |
| --- | --- | --- | --- |
";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors")
}

/// The text of one of the rule's bundles.
fn example(rule: &RuleFile, kind: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus/rules")
        .join(format!("{}.{kind}.agent", rule.name));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn page(rule: &RuleFile) -> String {
    let name = rule.name.replace('_', "-");
    let mut page = format!(
        "# {}: {name}\n\n_{}_\n\n{}\n",
        rule.code, rule.severity, rule.doc
    );
    let fires = example(rule, "fires");
    let (said, _) = drawn(&agent_files::folder(&fires), &agents());
    let ours = said
        .split("\n\n")
        .filter(|problem| problem.contains(&format!("[{}]", rule.code)));
    let ours: Vec<&str> = ours.map(str::trim_end).take(MOST_PROBLEMS).collect();
    let _ = writeln!(page, "\n## Broken\n{}", files(&fires));
    let _ = writeln!(
        page,
        "The compiler says:\n\n```text\n{}\n```",
        ours.join("\n\n")
    );
    let near = example(rule, "near-miss");
    let _ = write!(page, "\n## Right\n{}", files(&near));
    page
}

/// The files of a bundle, each under its path.
fn files(bundle: &str) -> String {
    let text = format!("protocol.yaml\n{}", short(bundle));
    let mut page = String::new();
    for file in text.split("\n=== ") {
        let (head, body) = file.split_once('\n').unwrap_or((file, ""));
        let (path, text) = head.split_once(": ").unwrap_or((head, body));
        if path == "not UTF-8" {
            let _ = write!(page, "\n`{text}` ends with a byte that is not UTF-8.\n");
            continue;
        }
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let _ = write!(
            page,
            "\n`{path}`\n\n```{extension}\n{}\n```\n",
            text.trim_end()
        );
    }
    page
}

/// An example without the lines that make it large on purpose.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.len() > MOST {
        lines.truncate(MOST);
        lines.push("# …");
    }
    let cut = |line: &&str| match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => (*line).to_owned(),
    };
    lines.iter().map(cut).collect::<Vec<_>>().join("\n")
}

fn index(rules: &[RuleFile]) -> String {
    let mut text = INTRODUCTION.to_owned();
    for rule in rules {
        let first = rule
            .doc
            .split("\n\n")
            .next()
            .unwrap_or_default()
            .replace('\n', " ");
        let (code, name) = (&rule.code, rule.name.replace('_', "-"));
        let _ = writeln!(
            text,
            "| [{code}]({code}.md) | {} | {name} | {first} |",
            rule.severity
        );
    }
    text
}

#[test]
fn the_pages_are_those_of_the_rules() {
    let rules = rules();
    let mut pages: BTreeMap<String, String> = rules
        .iter()
        .map(|rule| (format!("{}.md", rule.code), page(rule)))
        .collect();
    pages.insert("README.md".into(), index(&rules));
    if std::env::var_os("UPDATE_ERROR_PAGES").is_some() {
        write(&pages);
    }
    let found = fs::read_dir(folder()).expect("docs/errors");
    let found: Vec<String> = found
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    for name in &found {
        assert!(pages.contains_key(name), "docs/errors/{name} is of no rule");
    }
    for (name, page) in &pages {
        let written = fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(
            written == *page,
            "docs/errors/{name} is not up to date; see the top of this test's file"
        );
    }
}

fn write(pages: &BTreeMap<String, String>) {
    fs::create_dir_all(folder()).expect("the folder");
    for entry in fs::read_dir(folder()).expect("docs/errors") {
        fs::remove_file(entry.expect("a file").path()).expect("removed");
    }
    for (name, page) in pages {
        fs::write(folder().join(name), page).expect("written");
    }
}
