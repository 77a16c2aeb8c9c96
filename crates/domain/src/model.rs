//! The neutral model call: what the engine asks for, and what comes back in pieces.
//!
//! No vendor's shape is here. A dialect of the `provider` crate turns a request into its vendor's
//! body and the vendor's stream into deltas.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ErrorInfo, FileId, FileReference, ImageAdapted, Outcome, Source, ToolCall, ToolDef};

/// `provider/model-id`, as an agent's author writes it. The model id may itself hold slashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ModelRef {
    pub provider: Arc<str>,
    pub model: Arc<str>,
}

/// A model was not written as `provider/model-id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRefError {
    pub text: String,
}

impl fmt::Display for ModelRefError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a model; write `provider/model-id`",
            self.text
        )
    }
}

impl std::error::Error for ModelRefError {}

impl FromStr for ModelRef {
    type Err = ModelRefError;

    fn from_str(text: &str) -> Result<Self, ModelRefError> {
        match text.split_once('/') {
            Some((provider, model)) if !provider.is_empty() && !model.is_empty() => Ok(Self {
                provider: provider.into(),
                model: model.into(),
            }),
            Some(_) | None => Err(ModelRefError { text: text.into() }),
        }
    }
}

impl TryFrom<String> for ModelRef {
    type Error = ModelRefError;

    fn try_from(text: String) -> Result<Self, ModelRefError> {
        text.parse()
    }
}

impl From<ModelRef> for String {
    fn from(model: ModelRef) -> Self {
        model.to_string()
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}

/// How much a model may think before it answers; each dialect maps it to what its vendor offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Thinking {
    /// Not at all, or as little as the model can: other than saying nothing of it.
    Off,
    Low,
    Medium,
    High,
    Max,
}

/// How fast a model shall answer; most models know one speed only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Speed {
    #[default]
    Standard,
    Fast,
}

/// How long a provider shall keep the beginning of a request for the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CacheMode {
    /// For minutes.
    #[default]
    Auto,
    /// For hours, where the provider offers it.
    Extended,
    Off,
}

/// One call of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelRequest {
    pub model: ModelRef,
    pub system: Option<Arc<str>>,
    /// Valid by construction (RELIABILITY I5): it starts with a user turn, never holds an empty turn,
    /// user and assistant alternate, and the user turn behind one with calls starts with their results.
    pub turns: Vec<Turn>,
    pub tools: Vec<ToolDef>,
    pub tool_choice: ToolChoice,
    pub temperature: Option<f64>,
    pub thinking: Option<Thinking>,
    /// In tokens; the dialect's default for the model where it is absent.
    pub max_output_tokens: Option<u32>,
    /// The form of the answer, where it is not plain text.
    pub response_format: Option<ResponseFormat>,
    pub cache: CacheMode,
    /// Without meaning for a model that knows one speed only.
    pub speed: Speed,
    /// Answers once in place of `model`, where that fails for a while before it said anything.
    pub backup: Option<ModelRef>,
    /// In pixels: what the longer side of an image may have.
    pub max_image_dimension: Option<u32>,
}

impl ModelRequest {
    /// A request with every setting at the model's own default.
    #[must_use]
    pub fn new(model: ModelRef, turns: Vec<Turn>) -> Self {
        Self {
            model,
            system: None,
            turns,
            tools: Vec::new(),
            tool_choice: ToolChoice::Auto,
            temperature: None,
            thinking: None,
            max_output_tokens: None,
            response_format: None,
            cache: CacheMode::Auto,
            speed: Speed::Standard,
            backup: None,
            max_image_dimension: None,
        }
    }
}

/// An answer that is a JSON object.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseFormat {
    /// What the author calls its type.
    pub name: Arc<str>,
    /// JSON Schema of the answer; always an object schema.
    pub schema: Arc<Value>,
}

/// Whether the model may call the tools it is offered. `None` keeps them declared, as vendors demand
/// of a transcript with calls in it, and asks for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    #[default]
    Auto,
    None,
}

/// One side's say.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    pub role: TurnRole,
    pub parts: Vec<Part>,
}

/// Whose say it is. Tool results are the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnRole {
    User,
    Assistant,
}

/// A piece of a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text(Arc<str>),
    /// Only in assistant turns. `opaque` is what this vendor gave with it; a dialect that does not
    /// recognise it leaves the whole part out.
    Reasoning {
        text: Arc<str>,
        opaque: Option<Arc<Value>>,
    },
    /// Only in assistant turns; its result is in the next turn.
    Call(Arc<ToolCall>),
    /// Only in user turns, with the call that it answers.
    Result {
        call: Arc<ToolCall>,
        outcome: Arc<Outcome>,
    },
    /// Only in user turns, behind the results.
    Media(Arc<Media>),
}

/// An image, a document, a recording: what a user shows a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Such as `image/png`.
    pub media_type: Arc<str>,
    pub filename: Option<Arc<str>>,
    /// The file of the session that it may be. Then its bytes take the place of its address.
    pub file: Option<FileId>,
    pub content: MediaContent,
}

impl From<&FileReference> for Media {
    fn from(file: &FileReference) -> Self {
        Self {
            media_type: file.media_type.as_str().into(),
            filename: file.filename.as_deref().map(Arc::from),
            file: Some(file.id.as_str().into()),
            content: MediaContent::Url(file.url.as_str().into()),
        }
    }
}

/// Where the bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaContent {
    /// An address from which the vendor can fetch them.
    Url(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// A piece of a model's answer, in the order in which the vendor streams.
#[derive(Clone, Debug, PartialEq)]
pub enum Delta {
    Text(String),
    Reasoning(String),
    /// The reasoning so far is one finished block. Comes without text before it where the vendor
    /// redacted the text and gave only opaque data.
    ReasoningEnd {
        opaque: Option<Value>,
    },
    /// A tool call begins. `slot` is the dialect's own number for it, unique within the step.
    ToolStart {
        slot: u32,
        name: String,
        opaque: Option<Value>,
    },
    /// A fragment of the JSON text of the arguments.
    ToolArguments {
        slot: u32,
        fragment: String,
    },
    ToolEnd {
        slot: u32,
    },
    Source(Source),
    /// Another model, or another speed, answers than was asked for. Comes before all content; what was
    /// used is counted from here.
    Fallback(Box<Fallback>),
    /// The model is shown an image that is smaller than the stored one. Comes before all content.
    Adapted(Box<ImageAdapted>),
    /// What was used so far in this step: replaces what an earlier one said.
    Usage(Usage),
    /// The last delta of a step that went well.
    Finish(FinishReason),
}

/// Who answers instead, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Fallback {
    pub model: ModelRef,
    pub speed: Speed,
    pub because: ErrorInfo,
}

/// Why a step or a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FinishReason {
    Stop,
    ToolCalls,
    Length,
    ContentFilter,
    Error,
    Other,
}

/// Tokens of one or several model calls. `input_tokens` counts all of the input, cached or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    pub input_tokens: u64,
    /// The part of the input that was read from the provider's cache.
    pub cached_input_tokens: u64,
    /// The part of the input that was written to the provider's cache.
    pub cached_write_tokens: u64,
    pub output_tokens: u64,
    /// The part of the output that was reasoning.
    pub reasoning_output_tokens: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input_tokens += other.input_tokens;
        self.cached_input_tokens += other.cached_input_tokens;
        self.cached_write_tokens += other.cached_write_tokens;
        self.output_tokens += other.output_tokens;
        self.reasoning_output_tokens += other.reasoning_output_tokens;
    }
}
