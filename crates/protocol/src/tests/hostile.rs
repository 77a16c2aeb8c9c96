//! Bundles that are made to hurt: each must be answered with an error, at once.

use std::time::{Duration, Instant};

use crate::testing::{compile, prompt, with_prompts, with_protocol};
use crate::{Severity, render};
use domain::Bundle;

/// Generous for a busy machine without optimisation; what these bundles aim at is minutes.
const AT_ONCE: Duration = Duration::from_secs(20);

/// The bundle is refused, at once, with an error that has this code.
#[track_caller]
fn refuses(bundle: &Bundle, code: &str) {
    let started = Instant::now();
    let compiled = compile(bundle);
    let drawn = render(&compiled.diagnostics, bundle);
    assert!(started.elapsed() < AT_ONCE, "took {:?}", started.elapsed());
    assert!(compiled.program.is_none());
    let mut errors = compiled
        .diagnostics
        .iter()
        .filter(|it| it.severity == Severity::Error);
    assert!(
        errors.any(|it| it.code == code),
        "{}",
        &drawn[..drawn.len().min(2_000)]
    );
}

fn refuses_yaml(protocol: impl Into<String>, code: &str) {
    refuses(&with_protocol(protocol), code);
}

#[test]
fn billion_laughs() {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    refuses_yaml(text, "OCT0102");
}

#[test]
fn one_long_text_repeated() {
    let aliases = "  - *a\n".repeat(100_000);
    refuses_yaml(
        format!("a: &a {}\nb:\n{aliases}", "x".repeat(1 << 20)),
        "OCT0102",
    );
}

#[test]
fn one_long_key_repeated() {
    let aliases = "  - *a\n".repeat(100_000);
    let key = "x".repeat(1 << 20);
    refuses_yaml(format!("a: &a {{ ? {key} : 1 }}\nb:\n{aliases}"), "OCT0102");
}

#[test]
fn an_anchor_that_holds_itself() {
    refuses_yaml("a: &a [*a]", "OCT0103");
}

#[test]
fn aliases_that_nest_deeper_and_deeper() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..1_000 {
        text += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    refuses_yaml(text, "OCT0102");
}

#[test]
fn nested_brackets() {
    refuses_yaml("[".repeat(200_000), "OCT0102");
    refuses_yaml("{a: ".repeat(200_000), "OCT0102");
    refuses_yaml("- ".repeat(200_000), "OCT0102");
}

#[test]
fn a_scalar_of_ten_mebibytes() {
    refuses_yaml(format!("a: {}", "x".repeat(10 << 20)), "OCT0102");
}

#[test]
fn more_values_than_the_limit() {
    let keys: String = (0..400_000).map(|key| format!("k{key}: 1\n")).collect();
    refuses_yaml(keys, "OCT0102");
}

#[test]
fn more_problems_than_are_kept() {
    let agent: String = (0..60_000)
        .map(|key| format!("  unknown-{key}: 1\n"))
        .collect();
    let tools: String = (0..20_000).map(|key| format!("  - tool-{key}\n")).collect();
    refuses_yaml(format!("agent:\n{agent}  tools:\n{tools}"), "OCT0106");
}

#[test]
fn duplicate_keys() {
    refuses_yaml("agent:\n".repeat(60_000), "OCT0104");
}

#[test]
fn characters_that_are_no_yaml() {
    refuses_yaml("agent: \0", "OCT0101");
    refuses_yaml("agent:\n\tmodel: a/b\n", "OCT0101");
    refuses_yaml("agent: \u{feff}x\nb: \u{feff}", "OCT0101");
    // UTF-16 that was read as if it were UTF-8.
    refuses_yaml("\u{fffd}\u{fffd}a\0g\0e\0n\0t\0", "OCT0101");
}

#[test]
fn merge_keys() {
    refuses_yaml("a: &a { b: c }\nagent:\n  <<: *a\n", "OCT0105");
}

#[test]
fn problems_at_the_end_of_one_long_line() {
    let tools = "u, ".repeat(200);
    let padding = " ".repeat(4_000_000);
    refuses_yaml(
        format!("agent: {{ model: a/b,{padding} tools: [{tools}] }}"),
        "OCT0402",
    );
}

#[test]
fn an_enum_as_long_as_a_book() {
    let values: String = (0..100_000).map(|value| format!("v{value}, ")).collect();
    refuses_yaml(
        format!("input: {{ A: {{ type: string, enum: [{values}] }} }}"),
        "OCT0307",
    );
}

#[test]
fn brackets_behind_a_type() {
    let lists = "[]".repeat(1_000_000);
    refuses_yaml(
        format!("input: {{ A: {{ type: \"string{lists}\" }} }}"),
        "OCT0305",
    );
}

#[test]
fn a_prompt_that_includes_itself() {
    refuses(
        &with_prompts([prompt("system", "{{@system.md}}")]),
        "OCT0602",
    );
}

#[test]
fn a_circle_of_fifty_prompts_is_named_in_full() {
    let prompts = (0..50).map(|at| {
        prompt(
            &format!("p{at}"),
            &format!("{{{{@p{}.md}}}}", (at + 1) % 50),
        )
    });
    let compiled = compile(&with_prompts(prompts));
    let mut messages = compiled.diagnostics.iter().map(|it| &it.message);
    let chain = messages
        .find(|it| it.contains("circle"))
        .expect("the circle");
    for at in 0..50 {
        assert!(chain.contains(&format!("`p{at}`")), "{chain}");
    }
}

#[test]
fn a_chain_of_a_hundred_thousand_prompts() {
    let chain =
        (0..100_000).map(|at| prompt(&format!("p{at}"), &format!("{{{{@p{}.md}}}}", at + 1)));
    let last = prompt("p100000", "");
    let system = prompt("system", "{{@p0.md}}");
    refuses(&with_prompts(chain.chain([last, system])), "OCT0603");
}

#[test]
fn includes_that_double_at_each_level() {
    let level = |at| {
        prompt(
            &format!("p{at}"),
            &format!("{{{{@p{0}.md}}}}{{{{@p{0}.md}}}}", at + 1),
        )
    };
    let last = prompt("p15", "text");
    let system = prompt("system", "{{@p0.md}}{{@p0.md}}");
    refuses(
        &with_prompts((0..15).map(level).chain([last, system])),
        "OCT0603",
    );
}

#[test]
fn one_long_prompt_in_thousands_of_blocks() {
    let blocks: String = (0..10_000)
        .map(|at| format!("    B{at}: {{ block: add-message, role: user, prompt: long }}\n"))
        .collect();
    let mut bundle = with_protocol(format!(
        "agent: {{ model: a/b }}\ntriggers: {{ t: }}\nhandlers:\n  t:\n{blocks}"
    ));
    bundle.prompts.push(prompt("long", &"{{A}}".repeat(50_000)));
    refuses(&bundle, "OCT0603");
}
