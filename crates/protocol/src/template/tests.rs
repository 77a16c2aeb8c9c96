use super::parse::MOST_NESTED;
use super::*;
use crate::problems::Problems;
use crate::region::File;

/// Draws parts compactly: `"text" <LABEL> @include if TEST [..] else [..]`.
fn draw(parts: &[Part]) -> String {
    let drawn: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => format!("{text:?}"),
            Part::Label { name, written, .. } => {
                assert!(written.contains(&**name));
                format!("<{name}>")
            }
            Part::Include { name, .. } => format!("@{name}"),
            Part::If {
                branches,
                otherwise,
            } => {
                let branches: Vec<String> = branches
                    .iter()
                    .map(|(test, parts)| format!("{} [{}]", draw_test(test), draw(parts)))
                    .collect();
                format!("if {} else [{}]", branches.join(" elif "), draw(otherwise))
            }
        })
        .collect();
    drawn.join(" ")
}

fn draw_test(test: &Test) -> String {
    match &test.kind {
        TestKind::Truthy => test.name.to_string(),
        TestKind::Falsy => format!("!{}", test.name),
        TestKind::Equals(literal) => format!("{}=={literal:?}", test.name),
        TestKind::Differs(literal) => format!("{}!={literal:?}", test.name),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let mut problems = Problems::default();
    let parts = parse(&mut problems, File::Prompt(0), text);
    assert!(!problems.has_errors(), "{problems:?}");
    assert_eq!(draw(&parts), expected);
}

/// What is left of a template with mistakes, and the code and text of each.
#[track_caller]
fn check_mistakes(text: &str, expected: &str, mistakes: &[(&str, &str)]) {
    let mut problems = Problems::default();
    let parts = parse(&mut problems, File::Prompt(0), text);
    assert_eq!(draw(&parts), expected);
    let found: Vec<(&str, &str)> = problems
        .iter()
        .map(|it| (it.rule.code, &text[it.region.start..it.region.end]))
        .collect();
    assert_eq!(found, mistakes);
}

#[test]
fn text_stays_as_it_is() {
    check("", "");
    check("plain\n\ntext ", r#""plain\n\ntext ""#);
    check("{ {A} } {{", r#""{ {A} } {{""#);
    check("}} {{a}} {{A.b}}", r#""}} {{a}} {{A.b}}""#);
}

#[test]
fn labels_may_have_space_around_them() {
    check("a {{NAME}}b{{ OTHER_2 }}", r#""a " <NAME> "b" <OTHER_2>"#);
    check("{{{NAME}}}", r#""{" <NAME> "}""#);
    check("{{ {{NAME}}", r#""{{ " <NAME>"#);
}

#[test]
fn includes_are_named_without_their_ending() {
    check("{{@shared/tone.md}}", "@shared/tone");
    check("{{@tone}}{{ @ tone.md }}", "@tone @tone");
}

#[test]
fn conditions_nest() {
    check(
        r#"{{#if A}}1{{#if B == "x"}}2{{/if}}{{else if !C}}3{{else}}4{{/if}}5"#,
        r#"if A ["1" if B=="x" ["2"] else []] elif !C ["3"] else ["4"] "5""#,
    );
    check("{{#if A}}{{/if}}", "if A [] else []");
}

#[test]
fn an_unclosed_if_keeps_its_content() {
    check_mistakes("a{{#if A}}b", r#""a" "b""#, &[("OCT0604", "{{#if A}}")]);
    check_mistakes(
        "{{#if A}}1{{else}}2{{#if B}}3{{/if}}",
        r#""2" if B ["3"] else []"#,
        &[("OCT0604", "{{#if A}}")],
    );
}

#[test]
fn stray_tags_are_left_out() {
    check_mistakes("a{{/if}}b", r#""a" "b""#, &[("OCT0604", "{{/if}}")]);
    check_mistakes("a{{else}}b", r#""a" "b""#, &[("OCT0604", "{{else}}")]);
    check_mistakes(
        "{{#if A}}1{{else}}2{{else if B}}3{{/if}}",
        r#"if A ["1"] elif B ["3"] else []"#,
        &[("OCT0604", "{{else if B}}")],
    );
}

#[test]
fn a_branch_with_an_unreadable_condition_is_left_out() {
    check_mistakes(
        "{{#if a > b}}1{{else}}2{{/if}}",
        r#"if  else ["2"]"#,
        &[("OCT0605", "{{#if a > b}}")],
    );
    check_mistakes("{{#if}}{{/if}}", "if  else []", &[("OCT0605", "{{#if}}")]);
}

#[test]
fn blocks_of_other_languages_are_text_with_a_warning() {
    check_mistakes(
        "{{#each ITEMS}}x{{/each}}",
        r#""{{#each ITEMS}}x{{/each}}""#,
        &[("OCT0611", "{{#each ITEMS}}"), ("OCT0611", "{{/each}}")],
    );
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| "{{#if A}}".repeat(depth) + &"{{/if}}".repeat(depth);
    let mut problems = Problems::default();
    parse(&mut problems, File::Prompt(0), &nested(MOST_NESTED));
    assert!(!problems.has_errors());
    parse(&mut problems, File::Prompt(0), &nested(100_000));
    assert!(problems.has_errors());
}
