//! An agent's files, as the CLI sends them and as a revision stores them (CONTRACT 1.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All files of an agent. The protocol is kept as the text that its author wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bundle {
    pub settings: Settings,
    /// The text of `protocol.yaml`.
    pub protocol: String,
    #[serde(default)]
    pub prompts: Vec<PromptFile>,
    #[serde(default)]
    pub references: Vec<ReferenceFile>,
}

/// The content of `settings.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Unique within the project: lower-case letters, digits and dashes.
    pub slug: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub format: AgentFormat,
}

/// What an agent is run as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AgentFormat {
    /// Sessions with triggers and handlers.
    #[default]
    Interactive,
    /// One run of its steps, from input to output.
    Worker,
}

impl AgentFormat {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Worker => "worker",
        }
    }
}

/// A file of `prompts/`. The name is the path below it without `.md`: `system`, `support/escalate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromptFile {
    pub name: String,
    pub content: String,
}

/// A file of `references/`, which the agent's model may list and read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceFile {
    pub name: String,
    pub description: String,
    pub content: String,
}
