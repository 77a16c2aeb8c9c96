//! Bundles for the tests, and what becomes of them in a project that nothing is known of.

use domain::{AgentFormat, Bundle, PromptFile, Settings};

use crate::catalog::Catalog;
use crate::compiler::Compiled;

pub(crate) fn compile(bundle: &Bundle) -> Compiled {
    crate::compile(bundle, &Catalog::default())
}

/// A bundle with the prompts that are given as (name, content).
pub(crate) fn bundle(protocol: &str, prompts: &[(&str, &str)]) -> Bundle {
    let prompts = prompts.iter().map(|(name, content)| prompt(name, content));
    Bundle {
        prompts: prompts.collect(),
        ..with_protocol(protocol)
    }
}

pub(crate) fn with_protocol(protocol: impl Into<String>) -> Bundle {
    Bundle {
        settings: Settings {
            slug: "test".into(),
            name: "Test".into(),
            description: None,
            format: AgentFormat::Interactive,
        },
        protocol: protocol.into(),
        prompts: Vec::new(),
        references: Vec::new(),
    }
}

/// An agent whose system prompt is `system`.
pub(crate) fn with_prompts(prompts: impl IntoIterator<Item = PromptFile>) -> Bundle {
    Bundle {
        prompts: prompts.into_iter().collect(),
        ..with_protocol("agent: { model: a/b, system: system }")
    }
}

pub(crate) fn prompt(name: &str, content: &str) -> PromptFile {
    PromptFile {
        name: name.into(),
        content: content.into(),
    }
}
