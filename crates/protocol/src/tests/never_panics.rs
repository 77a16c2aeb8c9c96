//! Whatever the bundle, there is an answer, and every span lies inside its file.

use super::fuzzed::{self, check_bundle as check};
use crate::render;
use crate::testing::{compile, prompt, with_prompts, with_protocol};
use proptest::prelude::*;

/// A word of the language, or one that is nearly one.
fn word() -> impl Strategy<Value = String> {
    let words: &[&str] = &[
        "agent",
        "model",
        "a/b",
        "system",
        "input",
        "tools",
        "agentic",
        "true",
        "maxSteps",
        "3",
        "temperature",
        "0.5",
        "off",
        "thinking",
        "high",
        "triggers",
        "user-message",
        "handlers",
        "block",
        "add-message",
        "next-message",
        "tool-call",
        "set-resource",
        "role",
        "user",
        "prompt",
        "output",
        "variables",
        "resources",
        "type",
        "string",
        "file[]",
        "enum",
        "default",
        "description",
        "display",
        "title",
        "NAME",
        "OTHER_NAME",
        "value",
        "resource",
        "skills",
        "thread",
        "main",
        "*a",
        "&a",
        "<<",
        "~",
        "ä",
        "\"x",
        "'",
        "|",
        ">",
        "!!str",
        "?",
    ];
    prop_oneof![
        9 => prop::sample::select(words).prop_map(str::to_owned),
        1 => ".{0,6}",
    ]
}

/// Lines that look like a protocol: keys at random depths, lists and flow collections.
fn protocol() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        (0..4_usize, word()).prop_map(|(depth, key)| format!("{}{key}:", "  ".repeat(depth))),
        (0..4_usize, word(), word())
            .prop_map(|(depth, key, value)| format!("{}{key}: {value}", "  ".repeat(depth))),
        (0..4_usize, word()).prop_map(|(depth, item)| format!("{}- {item}", "  ".repeat(depth))),
        (0..4_usize, word(), word(), word())
            .prop_map(|(d, k, a, b)| format!("{}{k}: {{ {a}: [{b}] }}", "  ".repeat(d))),
    ];
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.join("\n"))
}

/// A protocol that is nearly right: words of the language in the places of values.
pub(crate) fn agent() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 12).prop_map(|w| {
        format!(
            "input: {{ NAME: {{ type: {} }} }}\nvariables: {{ {}: {{ type: string }} }}\n\
             triggers: {{ {}: {{ input: {{ NAME: {{ type: {} }} }} }} }}\n\
             tools: {{ search: {{ description: d, display: {} }} }}\n\
             agent: {{ model: {}, system: {}, input: [{}], tools: [search, {}] }}\n\
             handlers: {{ {}: {{ A: {{ block: {}, role: user, prompt: system, input: [{}] }} }} }}\n",
            w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11]
        )
    })
}

fn template() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(
            &[
                "{{",
                "}}",
                "{{NAME}}",
                "{{ NAME }}",
                "{{#if NAME}}",
                "{{#if !OTHER}}",
                "{{#if NAME == \"x\"}}",
                "{{#if}}",
                "{{else}}",
                "{{else if NAME != \"\"}}",
                "{{/if}}",
                "{{@other.md}}",
                "{{@system.md}}",
                "{{@none.md}}",
                "{{#each}}",
                "ä",
                "\n",
            ][..]
        )
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text(protocol in "\\PC*") {
        check(&with_protocol(protocol));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzzed::yaml(&bytes);
        fuzzed::template(&bytes);
        fuzzed::folder(&bytes);
    }

    #[test]
    fn lines_that_look_like_a_protocol(protocol in protocol()) {
        check(&with_protocol(protocol));
    }

    #[test]
    fn agents_that_are_nearly_right(protocol in agent(), system in template()) {
        let mut bundle = with_protocol(protocol);
        bundle.prompts.push(prompt("system", &system));
        check(&bundle);
    }

    #[test]
    fn drawing_with_another_text(compiled in protocol(), drawn in ".{0,400}") {
        let compiled = compile(&with_protocol(compiled));
        let drawn = render(&compiled.diagnostics, &with_protocol(drawn));
        assert_eq!(drawn.is_empty(), compiled.diagnostics.is_empty());
    }

    #[test]
    fn templates(system in template(), other in template()) {
        check(&with_prompts([prompt("system", &system), prompt("other", &other)]));
    }
}
