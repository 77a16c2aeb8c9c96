//! Every rule has a file with its documentation, one bundle that breaks it, and one that nearly does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use domain::{ModelFacts, ModelRef, Models};

use super::agent_files::corpus;
use super::corpus::snapshot;
use crate::testing::{bundle, compile};
use crate::{Agents, Catalog, Folder, Signature, compile_folder, render_folder};

/// What the rule files say of themselves.
pub(super) struct RuleFile {
    /// The name of the file, without `.rs`.
    pub(super) name: String,
    pub(super) code: String,
    pub(super) severity: &'static str,
    /// The documentation at its top, in Markdown.
    pub(super) doc: String,
}

/// All rules, by their code.
pub(super) fn rules() -> Vec<RuleFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files = fs::read_dir(folder).expect("the rules");
    let paths = files.map(|entry| entry.expect("a file").path());
    let mut rules: Vec<RuleFile> = paths.filter_map(|path| rule(&path)).collect();
    rules.sort_by(|a, b| a.code.cmp(&b.code));
    rules
}

fn rule(path: &Path) -> Option<RuleFile> {
    let text = fs::read_to_string(path).expect("text");
    let (before, after) = text.split_once("pub(crate) const RULE: Rule = Rule::")?;
    let doc = before.lines().map_while(|line| line.strip_prefix("//!"));
    let doc: Vec<&str> = doc
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let (severity, after) = after.split_once("(\"")?;
    Some(RuleFile {
        name: path.file_stem()?.to_str()?.to_owned(),
        code: after.get(..7)?.to_owned(),
        severity: if severity == "error" {
            "error"
        } else {
            "warning"
        },
        doc: doc.join("\n"),
    })
}

/// The project that the bundles of `tests/corpus/rules/` are in.
///
/// It has the worker `researcher`, which needs `TOPIC`, may be given `DEPTH` and has the tool `search`;
/// the worker `summarizer`, which takes what summarizers do; `fact-checker`, which cannot be compiled; and
/// the agent `receptionist`, which is no worker. Models of `quick/` have a fast mode and can watch videos,
/// those of `plain/` can do neither, and of others nothing is known.
pub(super) fn agents() -> Agents {
    let researcher = worker(
        "input: { TOPIC: { type: string }, DEPTH: { type: string, optional: true } }\n\
         tools: { search: { description: Searches } }\n\
         steps: { Begin: { block: start-thread, thread: main-work, model: a/b, system: s, input: [TOPIC, DEPTH], tools: [search] } }",
        "{{TOPIC}}{{DEPTH}}",
    );
    let summarizer = worker(
        "input: { PREVIOUS_SUMMARY: { type: string, optional: true }, CONVERSATION: { type: string } }\n\
         steps: { Begin: { block: start-thread, model: a/b, system: s, input: [PREVIOUS_SUMMARY, CONVERSATION] } }",
        "{{PREVIOUS_SUMMARY}}{{CONVERSATION}}",
    );
    [
        ("researcher".into(), researcher),
        ("summarizer".into(), summarizer),
        ("fact-checker".into(), Signature::Broken),
        ("receptionist".into(), Signature::Interactive),
    ]
    .into()
}

fn worker(protocol: &str, system: &str) -> Signature {
    let mut bundle = bundle(protocol, &[("s", system)]);
    bundle.settings.format = domain::AgentFormat::Worker;
    let program = compile(&bundle).program.expect("it is right");
    program.signature()
}

/// Knows two providers, of which one can do everything.
struct Quick;

impl Models for Quick {
    fn facts(&self, model: &ModelRef) -> Option<ModelFacts> {
        let capable = match &*model.provider {
            "quick" => true,
            "plain" => false,
            _ => return None,
        };
        Some(ModelFacts {
            fast_mode: capable,
            reads_video: capable,
            ..ModelFacts::default()
        })
    }
}

/// What the compiler draws of an agent in that project, and the codes in it.
pub(super) fn drawn(folder: &Folder, agents: &Agents) -> (String, BTreeSet<&'static str>) {
    let catalog = Catalog {
        agents: Some(agents),
        models: Some(&Quick),
    };
    let (bundle, compiled) = compile_folder(folder, &catalog);
    let codes = compiled.diagnostics.iter().map(|it| it.code).collect();
    let drawn = render_folder(&compiled.diagnostics, &bundle, folder, Path::new(""));
    (drawn, codes)
}

/// The bundles of the rules: which rule, whether it is the near miss, and the bundle.
fn cases() -> Vec<(String, bool, Folder)> {
    let cases = corpus("rules").into_iter();
    cases
        .map(|(name, folder)| {
            let (rule, kind) = name.split_once('.').expect("`rule.kind`");
            assert!(matches!(kind, "fires" | "near-miss"), "{name}");
            (rule.to_owned(), kind == "near-miss", folder)
        })
        .collect()
}

#[test]
fn no_two_rules_have_the_same_code() {
    let rules = rules();
    assert!(rules.len() > 90);
    for pair in rules.windows(2) {
        assert_ne!(
            pair[0].code, pair[1].code,
            "{} and {}",
            pair[0].name, pair[1].name
        );
    }
}

#[test]
fn each_rule_has_a_bundle_that_breaks_it_and_one_that_nearly_does() {
    let mut there: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for (rule, near_miss, _) in cases() {
        there.entry(rule).or_default().insert(near_miss);
    }
    let rules: BTreeSet<String> = rules().into_iter().map(|rule| rule.name).collect();
    let without: Vec<&String> = rules
        .iter()
        .filter(|rule| there.get(*rule).is_none_or(|kinds| kinds.len() < 2))
        .collect();
    assert!(without.is_empty(), "without both bundles: {without:#?}");
    let strange: Vec<&String> = there.keys().filter(|rule| !rules.contains(*rule)).collect();
    assert!(strange.is_empty(), "of no rule: {strange:#?}");
}

#[test]
fn the_bundles_of_a_rule_break_it_and_miss_it() {
    let agents = agents();
    let codes: BTreeMap<String, String> = rules()
        .into_iter()
        .map(|rule| (rule.name, rule.code))
        .collect();
    let mut wrong = Vec::new();
    for (rule, near_miss, folder) in cases() {
        let (drawn, found) = drawn(&folder, &agents);
        let kind = if near_miss { "near-miss" } else { "fires" };
        if found.contains(&*codes[&rule]) == near_miss {
            wrong.push(format!("{rule}.{kind}:\n{drawn}"));
        }
        snapshot("rules", &format!("{rule}.{kind}"), &drawn);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
