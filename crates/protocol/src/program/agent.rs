//! How a thread talks to its model, and what the model may use.

use std::sync::Arc;

use domain::{CacheMode, Display, ModelRef, Speed, Thinking};

use super::{McpServerIndex, Prompt, ReferenceIndex, Setting, SkillIndex, ToolIndex, WorkerIndex};

/// How a thread talks to its model.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    pub model: Setting<ModelRef>,
    /// Asked once where the model fails for a passing reason.
    pub backup_model: Option<Setting<ModelRef>>,
    pub system: Option<Prompt>,
    pub tools: Vec<ToolIndex>,
    pub skills: Vec<SkillIndex>,
    pub references: Vec<ReferenceIndex>,
    pub mcp_servers: Vec<McpServerIndex>,
    /// Whether servers that the program does not name may be used, too.
    pub on_demand_mcp_servers: bool,
    pub workers: Vec<WorkerIndex>,
    pub media: MediaModels,
    pub web_search: bool,
    pub todo_list: bool,
    /// Model steps of one next-message block. One step, or two where tools are offered and the agent
    /// is not agentic (CONTRACT 7.9), is the compiler's business: this is the final number.
    pub max_steps: Setting<u32>,
    /// Whether the last step is asked without tools, so that it must be an answer (CONTRACT 7.9).
    pub last_step_without_tools: bool,
    pub temperature: Option<Setting<f64>>,
    pub thinking: Option<Setting<Thinking>>,
    pub speed: Option<Setting<Speed>>,
    pub cache: CacheMode,
    pub guards: Guards,
    /// Only of the main thread.
    pub context: Option<ContextManagement>,
    /// What only models of Anthropic can do.
    pub anthropic: Option<ProviderOptions>,
}

impl Agent {
    /// A thread that has a model and nothing else.
    #[must_use]
    pub fn new(model: Setting<ModelRef>) -> Self {
        Self {
            model,
            backup_model: None,
            system: None,
            tools: Vec::new(),
            skills: Vec::new(),
            references: Vec::new(),
            mcp_servers: Vec::new(),
            on_demand_mcp_servers: false,
            workers: Vec::new(),
            media: MediaModels::default(),
            web_search: false,
            todo_list: false,
            max_steps: Setting::Fixed(1),
            last_step_without_tools: false,
            temperature: None,
            thinking: None,
            speed: None,
            cache: CacheMode::Auto,
            guards: Guards::default(),
            context: None,
            anthropic: None,
        }
    }
}

/// Models of other media: each that is set offers a built-in tool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaModels {
    pub image: Option<Setting<ModelRef>>,
    pub video: Option<ModelRef>,
    pub speech: Option<ModelRef>,
    pub speech_voice: Option<Setting<Arc<str>>>,
    pub transcription: Option<ModelRef>,
}

/// Bounds of one model step, and of what a model is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// In tokens.
    pub max_output: Option<u32>,
    /// Tokens of one tool result in the model's view.
    pub max_tool_output: Option<u32>,
    /// Pixels of the longer side of an image in the model's view.
    pub max_image_dimension: Option<u32>,
    /// Whether an answer that repeats itself without end is cut off.
    pub loop_guard: bool,
    /// How long the sandbox of skills lives, in milliseconds.
    pub sandbox_timeout_ms: Option<u32>,
}

/// How a long history is kept below the model's window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContextManagement {
    pub summarizer: Option<WorkerIndex>,
    /// The fraction of the window at which summaries begin.
    pub threshold: Option<f64>,
    /// The fraction of the window that stays as it was said.
    pub recent: Option<f64>,
}

/// Tools and skills that run at the provider.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProviderOptions {
    pub tools: Vec<ProviderTool>,
    pub skills: Vec<ProviderSkill>,
}

/// A tool that the provider runs.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderTool {
    pub kind: ProviderToolKind,
    pub display: Display,
    pub label: Option<Arc<str>>,
}

/// The tools that a provider can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderToolKind {
    WebSearch,
    CodeExecution,
}

/// A skill that the provider keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderSkill {
    pub id: Arc<str>,
    /// Whether it is the customer's own, not one of the provider's.
    pub custom: bool,
    /// The newest where it is absent.
    pub version: Option<Arc<str>>,
    pub display: Display,
    pub label: Option<Arc<str>>,
}
