//! Bundles for the tests beside the code.

use domain::{AgentFormat, Bundle, PromptFile, Settings};

/// A bundle with the prompts that are given as (name, content).
pub(crate) fn bundle(protocol: &str, prompts: &[(&str, &str)]) -> Bundle {
    let prompt = |(name, content): &(&str, &str)| PromptFile {
        name: (*name).into(),
        content: (*content).into(),
    };
    Bundle {
        settings: Settings {
            slug: "test".into(),
            name: "Test".into(),
            description: None,
            format: AgentFormat::Interactive,
        },
        protocol: protocol.into(),
        prompts: prompts.iter().map(prompt).collect(),
        references: Vec::new(),
    }
}
