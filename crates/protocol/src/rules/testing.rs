//! What one rule says of a bundle.

use domain::{AgentFormat, Bundle, PromptFile, Settings};

use super::Rule;

/// Compiles a protocol with the prompts that it names (`name`, content), and compares all that `rule`
/// says as `file:line:column message`.
#[track_caller]
pub(super) fn check(rule: &Rule, protocol: &str, prompts: &[(&str, &str)], expected: &[&str]) {
    let prompt = |(name, content): &(&str, &str)| PromptFile {
        name: (*name).into(),
        content: (*content).into(),
    };
    let bundle = Bundle {
        settings: Settings {
            slug: "test".into(),
            name: "Test".into(),
            description: None,
            format: AgentFormat::Interactive,
        },
        protocol: protocol.into(),
        prompts: prompts.iter().map(prompt).collect(),
        references: Vec::new(),
    };
    let said: Vec<String> = crate::compile(&bundle)
        .diagnostics
        .iter()
        .filter(|it| it.code == rule.code)
        .map(|it| {
            let at = it.span.from;
            format!("{}:{}:{} {}", it.file, at.line, at.column, it.message)
        })
        .collect();
    assert_eq!(said, expected);
}
