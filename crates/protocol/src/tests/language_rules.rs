//! The rules of the language as a list (CONTRACT 5.5): which code enforces each, and agents that break
//! it. The list, the rule files and the pages of `docs/errors/` are compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::agent_files::folder;
use super::rules::{RuleFile, agents, drawn, rules};

/// What the language forbids, or advises against.
struct LanguageRule {
    /// In a few words.
    what: &'static str,
    severity: &'static str,
    code: &'static str,
    /// Agents that break it, each in its own way.
    broken: &'static [&'static str],
}

const fn error(
    code: &'static str,
    what: &'static str,
    broken: &'static [&'static str],
) -> LanguageRule {
    LanguageRule {
        what,
        severity: "error",
        code,
        broken,
    }
}

const fn warning(
    code: &'static str,
    what: &'static str,
    broken: &'static [&'static str],
) -> LanguageRule {
    LanguageRule {
        what,
        severity: "warning",
        code,
        broken,
    }
}

/// The same as the protocol of a worker.
macro_rules! worker {
    ($protocol:literal) => {
        concat!(
            $protocol,
            "\n=== settings.json: { \"slug\": \"a\", \"name\": \"A\", \"format\": \"worker\" }"
        )
    };
}

const LANGUAGE_RULES: &[LanguageRule] = &[
    // Files and names.
    error(
        "OCT0202",
        "an agent has a model",
        &["agent: { system: s }\n=== prompts/s.md: S"],
    ),
    error(
        "OCT0601",
        "the system prompt exists",
        &["agent: { model: a/b, system: s }"],
    ),
    error(
        "OCT0601",
        "every prompt that is named or included exists",
        &[
            "agent: { model: a/b }\ntriggers: { t: }\nhandlers: { t: { A: { block: add-message, role: user, prompt: p } } }",
            "agent: { model: a/b, system: s }\n=== prompts/s.md: {{@p.md}}",
        ],
    ),
    error(
        "OCT0602",
        "prompts do not include each other in a circle",
        &["agent: { model: a/b, system: s }\n=== prompts/s.md: {{@s.md}}"],
    ),
    error(
        "OCT0701",
        "slugs are small letters, digits and dashes",
        &[
            "agent: { model: a/b }\n=== settings.json: { \"slug\": \"A\", \"name\": \"A\", \"format\": \"interactive\" }",
        ],
    ),
    error(
        "OCT0301",
        "inputs, variables, resources and labels are UPPER_SNAKE",
        &[
            "input: { a: { type: string } }",
            "variables: { a: { type: string } }",
            "resources: { a: { type: string } }",
            "triggers: { t: { input: { a: { type: string } } } }",
            "input: { A: { type: string } }\nagent: { model: a/b, input: { a: A } }",
        ],
    ),
    error(
        "OCT0302",
        "tools are lower-case-with-dashes",
        &["tools: { aB: { description: d } }"],
    ),
    warning(
        "OCT0304",
        "triggers are lower-case-with-dashes",
        &["triggers: { aB: }"],
    ),
    warning(
        "OCT0610",
        "prompts are lower-case-with-dashes",
        &["agent: { model: a/b }\n=== prompts/aB.md: A"],
    ),
    error(
        "OCT0303",
        "names with `octavus_` are the built-in tools'",
        &[
            "tools: { octavus_a: { description: d } }",
            "workers: { octavus_a: }",
            "mcpServers: { octavus_a: { description: d, source: remote } }",
            "agent: { model: a/b, tools: [octavus_a] }",
        ],
    ),
    // Triggers.
    error("OCT0501", "a trigger has a handler", &["triggers: { t: }"]),
    error(
        "OCT0502",
        "a handler has a trigger",
        &["handlers: { t: { A: { block: next-message } } }"],
    ),
    // Types.
    error(
        "OCT0311",
        "types are PascalCase",
        &["types: { a: { b: { type: string } } }"],
    ),
    error(
        "OCT0305",
        "every type is known",
        &[
            "input: { A: { type: X } }",
            "variables: { A: { type: 'X[]' } }",
            "tools: { a: { description: d, parameters: { b: { type: X } } } }",
            "types: { A: { b: { type: X } } }",
            "types: { A: { type: array, items: { type: X } } }",
            "types: { A: { anyOf: [X, Y], discriminator: k } }",
        ],
    ),
    error(
        "OCT0313",
        "types do not hold themselves",
        &[
            "types: { A: { a: { type: A } } }",
            "types: { A: { b: { type: B } }, B: { type: array, items: { type: A } } }",
            "types: { A: { k: { type: string, const: a }, b: { type: B } }, B: { anyOf: [A, A], discriminator: k } }",
        ],
    ),
    error(
        "OCT0315",
        "each variant of a union has a constant of its own",
        &[
            "types: { A: { k: { type: string, const: a } }, B: { k: { type: string, const: a } }, C: { anyOf: [A, B], discriminator: k } }",
            "types: { A: { k: { type: string, const: a } }, B: { k: { type: string } }, C: { anyOf: [A, B], discriminator: k } }",
        ],
    ),
    error(
        "OCT0315",
        "a union has two variants at least",
        &[
            "types: { A: { k: { type: string, const: a } }, C: { anyOf: [A], discriminator: k } }",
            "types: { C: { anyOf: [], discriminator: k } }",
        ],
    ),
    error(
        "OCT0316",
        "an array says what it holds",
        &["types: { A: { b: { type: array } } }"],
    ),
    error(
        "OCT0202",
        "a list type says what it holds",
        &["types: { A: { type: array } }"],
    ),
    error(
        "OCT0307",
        "only texts have an enum",
        &[
            "input: { A: { type: integer, enum: ['1'] } }",
            "types: { A: { b: { type: boolean, enum: ['1'] } } }",
        ],
    ),
    error(
        "OCT0306",
        "array and object alone are no types",
        &[
            "input: { A: { type: array } }",
            "variables: { A: { type: object } }",
            "types: { A: { b: { type: object } } }",
        ],
    ),
    error(
        "OCT0514",
        "an answer is of an object type",
        &[
            "types: { A: { type: array, items: { type: string } } }\nhandlers: { t: { A: { block: next-message, responseType: A } } }",
            "types: { A: { b: { type: string } } }\nhandlers: { t: { A: { block: next-message, responseType: 'A[]' } } }",
            "handlers: { t: { A: { block: next-message, responseType: unknown } } }",
        ],
    ),
    // The agent.
    error(
        "OCT0406",
        "a setting is read from what is declared",
        &[
            "agent: { model: X }",
            "agent: { model: a/b, backupModel: X }",
            "agent: { model: a/b, imageModel: X }",
            "agent: { model: a/b, temperature: X }",
            "agent: { model: a/b, thinking: X }",
            "agent: { model: a/b, speed: X }",
            "agent: { model: a/b, maxSteps: X }",
            "agent: { model: a/b, speechVoice: X }",
        ],
    ),
    error(
        "OCT0403",
        "a temperature is from 0 to 2",
        &[
            "agent: { model: a/b, temperature: 2.1 }",
            "agent: { model: a/b, temperature: -1 }",
        ],
    ),
    error(
        "OCT0403",
        "a sandbox lives an hour at most",
        &["agent: { model: a/b, sandboxTimeout: 3600001 }"],
    ),
    error(
        "OCT0205",
        "thinking, speed and cache take a few words",
        &[
            "agent: { model: a/b, thinking: hard }",
            "agent: { model: a/b, speed: slow }",
            "agent: { model: a/b, cache: on }",
        ],
    ),
    error(
        "OCT0402",
        "tools that are listed are defined",
        &["agent: { model: a/b, tools: [x] }"],
    ),
    error(
        "OCT0411",
        "skills that are listed are defined",
        &["agent: { model: a/b, skills: [x] }"],
    ),
    error(
        "OCT0412",
        "MCP servers that are listed are defined",
        &["agent: { model: a/b, mcpServers: [x] }"],
    ),
    error(
        "OCT0413",
        "workers that are listed are defined",
        &["agent: { model: a/b, workers: [x] }"],
    ),
    error(
        "OCT0414",
        "references that are listed are there",
        &["agent: { model: a/b, references: [x] }"],
    ),
    warning(
        "OCT0704",
        "a reference is used",
        &["agent: { model: a/b }\n=== references/x.md\n---\ndescription: X\n---\nX"],
    ),
    error(
        "OCT0702",
        "references are lower-case-with-dashes",
        &["agent: { model: a/b }\n=== references/X.md\n---\ndescription: X\n---\nX"],
    ),
    error(
        "OCT0703",
        "a reference has a description",
        &["agent: { model: a/b }\n=== references/x.md\nX"],
    ),
    error(
        "OCT0321",
        "only remote servers have a connection and a site",
        &[
            "mcpServers: { a: { description: d, source: device, execution: device } }",
            "mcpServers: { a: { description: d, source: consumer, execution: sandbox } }",
            "mcpServers: { a: { description: d, source: device, connection: lazy } }",
        ],
    ),
    error(
        "OCT0322",
        "servers on demand are remote",
        &[
            "onDemandMcpServers: { device: }",
            "agent: { model: a/b, onDemandMcpServers: [consumer] }",
        ],
    ),
    error(
        "OCT0415",
        "options of a provider stand beside its models",
        &["agent: { model: openai/m, anthropic: { tools: { web-search: } } }"],
    ),
    warning(
        "OCT0416",
        "options of a provider may not fit a model that is chosen later",
        &[
            "input: { M: { type: string } }\nagent: { model: M, anthropic: { tools: { web-search: } } }",
        ],
    ),
    error(
        "OCT0417",
        "the provider's tools are known",
        &["agent: { model: anthropic/m, anthropic: { tools: { x: } } }"],
    ),
    error(
        "OCT0205",
        "a skill of the provider is `anthropic` or `custom`",
        &["agent: { model: anthropic/m, anthropic: { skills: { x: { type: mine } } } }"],
    ),
    warning(
        "OCT0418",
        "`speed: fast` stands beside a model that can",
        &["agent: { model: plain/m, speed: fast }"],
    ),
    warning(
        "OCT0419",
        "a summarizer knows what to leave alone",
        &[
            "workers: { summarizer: }\nagent: { model: a/b, contextManagement: { summarizerWorker: summarizer } }",
        ],
    ),
    warning(
        "OCT0420",
        "a threshold has a summarizer",
        &["agent: { model: a/b, contextManagement: { thresholdPercent: 0.8 } }"],
    ),
    warning(
        "OCT0421",
        "`recentWindow` is ignored",
        &["agent: { model: a/b, contextManagement: { recentWindow: 5 } }"],
    ),
    // Resources and files.
    warning(
        "OCT0310",
        "resources are deprecated",
        &[
            "resources: { A: { type: string } }",
            "handlers: { t: { A: { block: set-resource, resource: A, value: B } } }",
        ],
    ),
    error(
        "OCT0506",
        "a resource that is set is declared",
        &["handlers: { t: { A: { block: set-resource, resource: A, value: B } } }"],
    ),
    error(
        "OCT0507",
        "a resource that is set may be",
        &[
            "resources: { A: { type: string, readonly: true } }\nhandlers: { t: { A: { block: set-resource, resource: A, value: A } } }",
        ],
    ),
    warning(
        "OCT0519",
        "a video goes to a model that can watch it",
        &[
            "input: { VIDEO: { type: file } }\nagent: { model: plain/m }\nhandlers: { t: { A: { block: add-message, role: user, uiContent: VIDEO, files: [VIDEO] } } }",
        ],
    ),
    // Conditions.
    error(
        "OCT0604",
        "every condition is closed",
        &[
            "agent: { model: a/b }\n=== prompts/p.md: {{#if A}}",
            "agent: { model: a/b }\n=== prompts/p.md: {{/if}}",
        ],
    ),
    error(
        "OCT0605",
        "a condition is of one of the four forms",
        &[
            "agent: { model: a/b }\n=== prompts/p.md: {{#if A > 1}}{{/if}}",
            "agent: { model: a/b }\n=== prompts/p.md: {{#if A == 'x'}}{{/if}}",
        ],
    ),
    error(
        "OCT0606",
        "a condition asks for what is declared",
        &["agent: { model: a/b, system: s }\n=== prompts/s.md: {{#if A}}{{/if}}"],
    ),
    error(
        "OCT0608",
        "a condition compares with what a value can be",
        &[
            "input: { A: { type: string, enum: [x] } }\nagent: { model: a/b, system: s, input: [A] }\n=== prompts/s.md: {{#if A == \"y\"}}{{/if}}",
        ],
    ),
    // Workers.
    error(
        "OCT0516",
        "a worker speaks in threads that it has started",
        &[
            worker!("steps: { A: { block: next-message } }"),
            worker!("steps: { A: { block: add-message, role: user, prompt: p, thread: x } }"),
            worker!("steps: { A: { block: serialize-thread, thread: x } }"),
        ],
    ),
    error(
        "OCT0505",
        "the output of a worker is a variable",
        &[worker!(
            "steps: { A: { block: start-thread, model: a/b, system: s } }\noutput: X"
        )],
    ),
    error(
        "OCT0202",
        "a thread of a worker has a system prompt",
        &[worker!("steps: { A: { block: start-thread, model: a/b } }")],
    ),
    error(
        "OCT0705",
        "a worker has no agent, triggers or handlers",
        &[
            worker!("agent: { model: a/b }\nsteps: { }"),
            worker!("triggers: { t: }\nsteps: { }"),
            worker!("handlers: { t: }\nsteps: { }"),
        ],
    ),
    error(
        "OCT0705",
        "an interactive agent has no steps or output",
        &[
            "agent: { model: a/b }\nsteps: { A: { block: next-message } }",
            "agent: { model: a/b }\noutput: X",
        ],
    ),
    // Blocks.
    error(
        "OCT0206",
        "every kind of block is known",
        &["handlers: { t: { A: { block: x } } }"],
    ),
    error(
        "OCT0202",
        "a block has what it needs",
        &[
            "handlers: { t: { A: { thread: x } } }",
            "handlers: { t: { A: { block: add-message, prompt: p } } }",
            "handlers: { t: { A: { block: add-message, role: user } } }",
            "handlers: { t: { A: { block: tool-call } } }",
            "handlers: { t: { A: { block: run-worker } } }",
            "handlers: { t: { A: { block: set-resource, resource: A } } }",
            "handlers: { t: { A: { block: generate-image, prompt: A } } }",
            "handlers: { t: { A: { block: generate-video, prompt: A } } }",
            "handlers: { t: { A: { block: generate-speech, text: A } } }",
            "handlers: { t: { A: { block: transcribe-audio, audio: A } } }",
        ],
    ),
    error(
        "OCT0505",
        "a result goes to a variable",
        &[
            "handlers: { t: { A: { block: next-message, output: X } } }",
            "tools: { a: { description: d } }\nhandlers: { t: { A: { block: tool-call, tool: a, output: X } } }",
            "handlers: { t: { A: { block: serialize-thread, output: X } } }",
        ],
    ),
    error(
        "OCT0504",
        "a value comes from what is declared",
        &[
            "agent: { model: a/b, input: [X] }",
            "handlers: { t: { A: { block: add-message, role: user, uiContent: X } } }",
            "handlers: { t: { A: { block: add-message, role: user, prompt: p, input: [{ A: X }] } } }\n=== prompts/p.md: {{A}}",
            "handlers: { t: { A: { block: add-message, role: user, prompt: p, files: [X] } } }\n=== prompts/p.md: P",
            "resources: { A: { type: string } }\nhandlers: { t: { A: { block: set-resource, resource: A, value: X } } }",
            "handlers: { t: { A: { block: generate-image, prompt: X, imageModel: a/b } } }",
        ],
    ),
    warning(
        "OCT0203",
        "every key is known",
        &[
            "agent: { model: a/b, x: 1 }",
            "x: 1",
            "handlers: { t: { A: { block: next-message, x: 1 } } }",
        ],
    ),
];

/// What only running can tell (tools of servers on demand aside, which cannot run yet): the rule, and the test that shows where it is checked.
const AT_RUN_TIME: &[(&str, &str, &str)] = &[
    (
        "a required input is given, of its type and of its enum",
        "protocol/src/input/tests.rs",
        "every_problem_is_listed",
    ),
    (
        "other inputs are ignored",
        "protocol/src/input/tests.rs",
        "defaults_are_filled_in_and_unknown_keys_dropped",
    ),
    (
        "a model that an input names is `provider/model-id`",
        "engine/src/tests/conversation.rs",
        "a_dynamic_setting_of_the_wrong_kind_is_named",
    ),
];

/// Rules that the language does not ask for: they keep hostile and half-written agents out, or point at
/// slips. By the names of their files.
const BESIDE: &[&str] = &[
    "aspect_ratio",
    "condition_not_mapped",
    "constant_value",
    "default_value",
    "duplicate_file",
    "duplicate_key",
    "empty_handler",
    "encoding",
    "image_size",
    "include_limit",
    "label_not_mapped",
    "mapping_unused",
    "max_steps_unused",
    "mcp_namespace",
    "merge_key",
    "missing_worker",
    "model_format",
    "never_offered",
    "never_set",
    "no_triggers",
    "not_a_file",
    "not_built_yet",
    "output_type",
    "property_name",
    "resource_without_type",
    "settings_json",
    "system_missing",
    "thread_name",
    "title_missing",
    "too_many_problems",
    "tool_arguments",
    "type_limit",
    "unknown_directive",
    "unknown_thread",
    "unresolved_argument",
    "unused_prompt",
    "unused_value",
    "worker_arguments",
    "worker_name",
    "worker_tool",
    "wrong_shape",
    "yaml_feature",
    "yaml_limit",
    "yaml_syntax",
];

fn by_code() -> BTreeMap<String, RuleFile> {
    let rules = rules().into_iter();
    rules.map(|rule| (rule.code.clone(), rule)).collect()
}

#[test]
fn each_rule_of_the_language_is_enforced() {
    let agents = agents();
    let mut missed = Vec::new();
    for rule in LANGUAGE_RULES {
        assert!(!rule.broken.is_empty(), "{}", rule.what);
        for broken in rule.broken {
            let agent = if broken.contains("agent:") || broken.contains("\"worker\"") {
                (*broken).to_owned()
            } else {
                format!("agent: {{ model: a/b }}\n{broken}")
            };
            let (drawn, found) = drawn(&folder(&agent), &agents);
            if !found.contains(rule.code) {
                missed.push(format!("{} {}:\n{agent}\n{drawn}", rule.code, rule.what));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

#[test]
fn each_rule_of_the_language_has_a_file_and_a_page() {
    let files = by_code();
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    for rule in LANGUAGE_RULES {
        let file = files.get(rule.code);
        let file = file.unwrap_or_else(|| panic!("no rule has the code {}", rule.code));
        assert_eq!(file.severity, rule.severity, "{}: {}", rule.code, rule.what);
        let page = pages.join(format!("{}.md", rule.code));
        assert!(page.is_file(), "{} is missing", page.display());
    }
}

#[test]
fn each_rule_file_is_of_the_language_or_beside_it() {
    let mut files = by_code();
    files.retain(|code, _| LANGUAGE_RULES.iter().all(|rule| rule.code != code));
    let mut found: Vec<&str> = files.values().map(|rule| &*rule.name).collect();
    found.sort_unstable();
    assert_eq!(found, BESIDE);
}

#[test]
fn what_only_running_can_tell_has_a_test() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (what, file, test) in AT_RUN_TIME {
        let text = fs::read_to_string(crates.join(file)).expect("the tests");
        assert!(text.contains(&format!("fn {test}()")), "{what}: {test}");
    }
}
