//! Bundles for tests.

use domain::{AgentFormat, Bundle, PromptFile, Settings};

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
