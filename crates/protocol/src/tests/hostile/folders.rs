//! Agents that are made to hurt, each with a code that its answer must have. The measurement in
//! `benches/` uses the same ones.

use std::fmt::Write as _;

use protocol::{Folder, FolderFile};

/// An agent, and what it must be answered with.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) code: &'static str,
    pub(crate) make: fn() -> Folder,
}

const fn hostile(name: &'static str, code: &'static str, make: fn() -> Folder) -> Hostile {
    Hostile { name, code, make }
}

/// All of them.
pub(crate) const HOSTILE: &[Hostile] = &[
    hostile("aliases of aliases, ten each", "OCT0102", || {
        protocol(laughs())
    }),
    hostile("one long text repeated", "OCT0102", || {
        let aliases = "  - *a\n".repeat(100_000);
        protocol(format!("a: &a {}\nb:\n{aliases}", "x".repeat(1 << 20)))
    }),
    hostile("one long key repeated", "OCT0102", || {
        let (key, aliases) = ("x".repeat(1 << 20), "  - *a\n".repeat(100_000));
        protocol(format!("a: &a {{ ? {key} : 1 }}\nb:\n{aliases}"))
    }),
    hostile("an anchor that holds itself", "OCT0103", || {
        protocol("a: &a [*a]")
    }),
    hostile("a hundred thousand anchors", "OCT0102", || {
        protocol(lines(100_000, |at| format!("- &a{at} x")))
    }),
    hostile("aliases deeper and deeper", "OCT0102", || {
        let level = |at| format!("a{}: &a{} [*a{at}]", at + 1, at + 1);
        protocol("a0: &a0 [x]\n".to_owned() + &lines(1_000, level))
    }),
    hostile("nested brackets", "OCT0102", || {
        protocol("[".repeat(200_000))
    }),
    hostile("nested braces", "OCT0102", || {
        protocol("{a: ".repeat(200_000))
    }),
    hostile("nested dashes", "OCT0102", || {
        protocol("- ".repeat(200_000))
    }),
    hostile("nested question marks", "OCT0102", || {
        protocol("? ".repeat(200_000))
    }),
    hostile("a scalar of ten mebibytes", "OCT0102", || {
        protocol(format!("a: {}", "x".repeat(10 << 20)))
    }),
    hostile("a scalar as long as may be", "OCT0202", || {
        protocol(format!("a: {}", "x".repeat((1 << 20) - 4)))
    }),
    hostile("escapes in a scalar", "OCT0202", || {
        protocol(format!("a: \"{}\"", "\\u00e4".repeat(170_000)))
    }),
    hostile("a text of many lines", "OCT0202", || {
        protocol(format!("a: |\n{}", "  x\n".repeat(250_000)))
    }),
    hostile("a folded text of many lines", "OCT0202", || {
        protocol(format!("a: {}", "x\n ".repeat(340_000)))
    }),
    hostile("nothing but blank lines", "OCT0101", || {
        protocol("\n".repeat(1 << 20))
    }),
    hostile("nothing but comments", "OCT0101", || {
        protocol("# x\n".repeat(1 << 18))
    }),
    hostile("a long key that is none", "OCT0101", || {
        protocol(format!("{{ {}", "\"a\" ".repeat(200_000)))
    }),
    hostile("a million keys", "OCT0102", || {
        protocol(lines(1_000_000, |at| format!("k{at}: 1")))
    }),
    hostile("more values than the limit", "OCT0102", || {
        protocol(format!("[{}]", "1,".repeat(500_000)))
    }),
    hostile("unknown keys and tools", "OCT0106", || {
        let keys = lines(20_000, |at| format!("  unknown-{at}: 1"));
        let tools = lines(20_000, |at| format!("  - tool-{at}"));
        protocol(format!("agent:\n{keys}  tools:\n{tools}"))
    }),
    hostile("duplicate keys", "OCT0104", || {
        protocol("agent:\n".repeat(60_000))
    }),
    hostile("duplicate long keys", "OCT0104", || {
        protocol(format!("{}:\n", "k".repeat(1_000)).repeat(1_000))
    }),
    hostile("merge keys", "OCT0105", || {
        protocol("- <<: 1\n".repeat(60_000))
    }),
    hostile("NUL", "OCT0101", || protocol("agent: \0")),
    hostile("a tab", "OCT0101", || protocol("agent:\n\tmodel: a/b\n")),
    hostile("tabs", "OCT0101", || {
        protocol("\t".repeat(1 << 20) + "a: [")
    }),
    hostile("two byte order marks", "OCT0101", || {
        protocol("agent: \u{feff}x\nb: \u{feff}")
    }),
    // UTF-16 that was read as if it were UTF-8.
    hostile("UTF-16", "OCT0101", || {
        protocol("\u{fffd}\u{fffd}a\0g\0e\0n\0t\0")
    }),
    hostile("an input of many values, compared often", "OCT0603", || {
        let values: String = (0..1_000).map(|at| format!("v{at}, ")).collect();
        let mut folder = protocol(format!(
            "input: {{ A: {{ type: string, enum: [{values}] }} }}\n\
             agent: {{ model: a/b, system: system, input: [A] }}"
        ));
        let tests = "{{#if A == \"v999\"}}{{/if}}".repeat(9_000);
        folder.prompts = vec![prompt("system", &tests)];
        folder
    }),
    hostile("a file that is not UTF-8", "OCT0107", not_utf8),
    hostile("problems at the end of a long line", "OCT0402", || {
        let (padding, tools) = (" ".repeat(1_000_000), "u, ".repeat(200));
        protocol(format!(
            "agent: {{ model: a/b,{padding} tools: [{tools}] }}"
        ))
    }),
    hostile("an enum as long as a book", "OCT0307", || {
        let values: String = (0..40_000).map(|at| format!("v{at}, ")).collect();
        protocol(format!(
            "input: {{ A: {{ type: string, enum: [{values}] }} }}"
        ))
    }),
    hostile("brackets behind a type", "OCT0305", || {
        let lists = "[]".repeat(500_000);
        protocol(format!("input: {{ A: {{ type: \"string{lists}\" }} }}"))
    }),
    hostile("a long model", "OCT0401", || {
        protocol(format!("agent: {{ model: {} }}", "/".repeat(1_000_000)))
    }),
    hostile("unused things", "OCT0106", unused),
    hostile("names that nothing declares", "OCT0106", misspelt),
    hostile("triggers without handlers", "OCT0106", || {
        protocol("triggers:\n".to_owned() + &lines(15_000, |at| format!("  t-{at}:")))
    }),
    hostile("handlers without triggers", "OCT0106", || {
        let triggers = lines(5_000, |at| format!("  trigger-{at}:"));
        let handlers = lines(5_000, |at| format!("  tirgger-{at}:"));
        protocol(format!("triggers:\n{triggers}handlers:\n{handlers}"))
    }),
    hostile("names that only a trigger has", "OCT0106", || {
        let triggers = lines(4_000, |at| format!("  t{at}: {{ input: {{ A: }} }}"));
        let inputs = lines(4_000, |_| "  - A".to_owned());
        protocol(format!(
            "triggers:\n{triggers}agent:\n  model: a/b\n  input:\n{inputs}"
        ))
    }),
    hostile("a chain of types", "OCT0314", || {
        types(5_000, |at| format!("{{ a: {{ type: T{} }} }}", at + 1))
    }),
    hostile("types that double at each level", "OCT0314", || {
        types(31, |at| {
            format!("{{ a: {{ type: T{0} }}, b: {{ type: T{0} }} }}", at + 1)
        })
    }),
    hostile("a circle of types", "OCT0313", || {
        types(5_000, |at| {
            format!("{{ a: {{ type: T{} }} }}", (at + 1) % 5_000)
        })
    }),
    hostile("circles of types in each other", "OCT0313", || {
        types(130, |_| {
            let all = (0..130).map(|at| format!("p{at}: {{ type: T{at} }}"));
            format!("{{ {} }}", all.collect::<Vec<_>>().join(", "))
        })
    }),
    hostile("circles back to each type of a chain", "OCT0313", || {
        types(5_000, |at| {
            format!("{{ a: {{ type: T{} }}, b: {{ type: T0 }} }}", at + 1)
        })
    }),
    hostile("unions of everything", "OCT0106", unions),
    hostile("a union of one type many times", "OCT0314", || {
        let variants = "V, ".repeat(30_000);
        protocol(format!(
            "types: {{ V: {{ k: {{ const: a }} }}, U: {{ anyOf: [{variants}], discriminator: k }} }}"
        ))
    }),
    hostile("a prompt that includes itself", "OCT0602", || {
        with_prompts([prompt("system", "{{@system.md}}")])
    }),
    hostile("a chain of prompts", "OCT0603", || {
        let link = |at| prompt(&format!("p{at}"), &format!("{{{{@p{}.md}}}}", at + 1));
        let system = prompt("system", "{{@p0.md}}");
        with_prompts((0..9_000).map(link).chain([prompt("p9000", ""), system]))
    }),
    hostile("a hundred thousand prompts", "OCT0603", || {
        with_prompts((0..100_000).map(|at| prompt(&format!("p{at}"), "x")))
    }),
    hostile("a circle of prompts", "OCT0602", || {
        let next = |at| format!("{{{{@p{}.md}}}}", (at + 1) % 5_000);
        with_prompts((0..5_000).map(|at| prompt(&format!("p{at}"), &next(at))))
    }),
    hostile("circles back to each prompt of a chain", "OCT0602", || {
        let text = |at| format!("{{{{@p{}.md}}}}{{{{@p0.md}}}}", at + 1);
        with_prompts((0..5_000).map(|at| prompt(&format!("p{at}"), &text(at))))
    }),
    hostile("includes that double at each level", "OCT0603", || {
        let twice = |at| format!("{{{{@p{0}.md}}}}{{{{@p{0}.md}}}}", at + 1);
        let levels = (0..15).map(|at| prompt(&format!("p{at}"), &twice(at)));
        let system = prompt("system", "{{@p0.md}}{{@p0.md}}");
        with_prompts(levels.chain([prompt("p15", "text"), system]))
    }),
    hostile("missing includes", "OCT0106", || {
        let text: String = (0..30_000).map(|at| format!("{{{{@m{at}.md}}}}")).collect();
        with_prompts([prompt("system", &text)])
    }),
    hostile("a prompt of ten mebibytes", "OCT0603", || {
        with_prompts([prompt("system", &"x".repeat(10 << 20))])
    }),
    hostile("labels that nothing passes", "OCT0603", || {
        with_prompts([prompt("system", &"{{A}}".repeat(200_000))])
    }),
    hostile("ten mebibytes of labels", "OCT0603", || {
        with_prompts([prompt("system", &"{{A}}".repeat(2 << 20))])
    }),
    hostile("braces that are never closed", "OCT0504", || {
        with_mapped_prompt(&"{{".repeat(500_000))
    }),
    hostile("braces that are never opened", "OCT0504", || {
        with_mapped_prompt(&"}}".repeat(500_000))
    }),
    hostile("unknown directives", "OCT0106", || {
        with_prompts([prompt("system", &"{{#each}}".repeat(100_000))])
    }),
    hostile("conditions that are never closed", "OCT0604", || {
        with_prompts([prompt("system", &"{{#if A}}".repeat(100_000))])
    }),
    hostile("branches without end", "OCT0603", || {
        let branches = "{{else if A == \"x\"}}".repeat(50_000);
        with_prompts([prompt(
            "system",
            &format!("{{{{#if A}}}}{branches}{{{{/if}}}}"),
        )])
    }),
    hostile("one long prompt in thousands of blocks", "OCT0603", || {
        repeated_prompt(&"{{A}}".repeat(50_000), 5_000)
    }),
    hostile(
        "one prompt with slips in thousands of blocks",
        "OCT0603",
        || repeated_prompt(&"{{A}}".repeat(100), 5_000),
    ),
    hostile("a mapping of thousands of names", "OCT0106", mapping),
    hostile("settings of ten mebibytes", "OCT0102", || {
        settings(format!("{{\"slug\": \"{}\"}}", "a".repeat(10 << 20)))
    }),
    hostile("settings of many keys", "OCT0102", || {
        let keys: String = (0..50_000).map(|at| format!(", \"k{at}\": 1")).collect();
        settings(format!("{{\"slug\": \"a\", \"name\": \"b\"{keys}}}"))
    }),
    hostile("settings of as many keys as may be", "OCT0106", || {
        let keys: String = (0..5_000).map(|at| format!(", \"k{at}\": 1")).collect();
        settings(format!("{{\"slug\": \"a\", \"name\": \"b\"{keys}}}"))
    }),
    hostile("settings deep in brackets", "OCT0706", || {
        settings("[".repeat(60_000))
    }),
    hostile("front matter of as many keys as may be", "OCT0106", || {
        reference(format!(
            "---\n{}---\n",
            lines(6_000, |at| format!("k{at}: 1"))
        ))
    }),
    hostile("settings deeper than a stack", "OCT0102", || {
        settings("[".repeat(500_000))
    }),
    hostile("front matter of ten mebibytes", "OCT0102", || {
        reference(format!("---\ndescription: {}\n---\n", "x".repeat(10 << 20)))
    }),
    hostile("front matter of many keys", "OCT0102", || {
        reference(format!(
            "---\n{}---\n",
            lines(50_000, |at| format!("k{at}: 1"))
        ))
    }),
    hostile("a reference of many lines", "OCT0504", || {
        let mut folder = with_mapped_prompt("");
        folder.references = vec![file("guide", "---\n".to_owned() + &"-\n".repeat(1 << 20))];
        folder
    }),
];

fn laughs() -> String {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{aliases}]");
    }
    text
}

fn not_utf8() -> Folder {
    let mut folder = protocol("agent: { model: a/b }");
    folder.not_utf8 = vec![("protocol.yaml".into(), 3)];
    folder
}

/// Thousands of each thing, and no use of any.
fn unused() -> Folder {
    let each = |section: &str, body: &str| {
        let item = |at| format!("  {}{at}: {body}", if section < "t" { "N" } else { "n" });
        format!("{section}:\n{}", lines(2_000, item))
    };
    protocol(
        [
            each("input", "{ type: string }"),
            each("variables", "{ type: string }"),
            each("tools", "{ description: d }"),
            each("workers", "{ description: d }"),
        ]
        .concat(),
    )
}

/// Thousands of names, each near a thousand others.
fn misspelt() -> Folder {
    let inputs = lines(1_500, |at| {
        format!("  SOME_LONG_NAME_OF_AN_INPUT_{at}: {{ type: string }}")
    });
    let used = lines(5_000, |at| format!("  - SOME_LONG_NAMES_OF_INPUT_{at}"));
    protocol(format!(
        "input:\n{inputs}agent:\n  model: a/b\n  input:\n{used}"
    ))
}

fn types(count: usize, body: impl Fn(usize) -> String) -> Folder {
    let last = format!("  T{count}: {{ a: {{ type: string }} }}\n");
    let types = lines(count, |at| format!("  T{at}: {}", body(at)));
    protocol(format!("types:\n{types}{last}"))
}

fn unions() -> Folder {
    let variants = lines(200, |at| format!("  V{at}: {{ k: {{ const: same }} }}"));
    let names: String = (0..200).map(|at| format!("V{at}, ")).collect();
    let union = format!("{{ anyOf: [{names}], discriminator: k }}");
    let unions = lines(200, |at| format!("  U{at}: {union}"));
    protocol(format!("types:\n{variants}{unions}"))
}

fn mapping() -> Folder {
    let inputs = lines(5_000, |at| format!("  N{at}: {{ type: string }}"));
    let labels = lines(5_000, |at| format!("    L{at}: N{at}"));
    let agent = format!("agent:\n  model: a/b\n  system: system\n  input:\n{labels}");
    let mut folder = protocol(format!("input:\n{inputs}{agent}"));
    folder.prompts = vec![prompt("system", &"{{M1}}".repeat(20_000))];
    folder
}

fn repeated_prompt(text: &str, blocks: usize) -> Folder {
    let block = |at| format!("    B{at}: {{ block: add-message, role: user, prompt: long }}");
    let mut folder = protocol(format!(
        "agent: {{ model: a/b }}\ntriggers: {{ t: }}\nhandlers:\n  t:\n{}",
        lines(blocks, block)
    ));
    folder.prompts = vec![prompt("long", text)];
    folder
}

/// An agent that has an error of its own, with a prompt that has none.
fn with_mapped_prompt(system: &str) -> Folder {
    let mut folder = protocol("agent: { model: a/b, system: system, input: [A] }");
    folder.prompts = vec![prompt("system", system)];
    folder
}

fn settings(text: impl Into<String>) -> Folder {
    Folder {
        settings: text.into(),
        ..protocol("agent: { model: a/b }")
    }
}

fn reference(text: String) -> Folder {
    Folder {
        references: vec![file("guide", text)],
        ..protocol("agent: { model: a/b }")
    }
}

fn with_prompts(prompts: impl IntoIterator<Item = FolderFile>) -> Folder {
    Folder {
        prompts: prompts.into_iter().collect(),
        ..protocol("agent: { model: a/b, system: system }")
    }
}

fn protocol(protocol: impl Into<String>) -> Folder {
    Folder {
        settings: r#"{"slug": "test", "name": "Test", "format": "interactive"}"#.into(),
        protocol: protocol.into(),
        ..Folder::default()
    }
}

fn prompt(name: &str, text: &str) -> FolderFile {
    file(name, text.to_owned())
}

fn file(name: &str, text: String) -> FolderFile {
    FolderFile {
        name: name.to_owned(),
        text,
    }
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        text += &line(at);
        text.push('\n');
        text
    })
}
