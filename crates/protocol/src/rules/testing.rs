//! What one rule says of a bundle.

use super::Rule;
use crate::testing::{bundle, compile};

/// Compiles a protocol with the prompts that it names (`name`, content), and compares all that `rule`
/// says as `file:line:column message`.
#[track_caller]
pub(super) fn check(rule: &Rule, protocol: &str, prompts: &[(&str, &str)], expected: &[&str]) {
    let said: Vec<String> = compile(&bundle(protocol, prompts))
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
