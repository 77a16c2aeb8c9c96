//! The format's JSON, as far as this dialect writes and reads it. Requests borrow from the neutral
//! request, chunks from the frame.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::value::{Arguments, Content};
use crate::dialect::text::Text;

// Requests

#[derive(Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: Cow<'a, str>,
    pub(super) messages: Vec<Message<'a>>,
    pub(super) stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_completion_tokens: Option<u32>,
    #[serde(flatten)]
    pub(super) asked: Asked,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_format: Option<ResponseFormat<'a>>,
    #[serde(flatten)]
    pub(super) kept: Kept,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ResponseFormat<'a> {
    JsonObject,
    JsonSchema { json_schema: JsonSchema<'a> },
}

#[derive(Serialize)]
pub(super) struct JsonSchema<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) schema: Value,
    pub(super) strict: bool,
}

/// All the ways of asking for a cache, and for speed.
#[derive(Default, Serialize)]
pub(super) struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt_cache_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt_cache_retention: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cache_control: Option<CacheControl>,
    #[serde(rename = "providerOptions", skip_serializing_if = "Option::is_none")]
    pub(super) provider_options: Option<Value>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "ephemeral")]
pub(super) struct CacheControl {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ttl: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct StreamOptions {
    pub(super) include_usage: bool,
}

/// All the ways of asking a model to think; a vendor knows one or two of them.
#[derive(Default, Serialize)]
pub(super) struct Asked {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning: Option<Reasoning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thinking: Option<Switch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) chat_template_kwargs: Option<Template>,
}

#[derive(Default, Serialize)]
pub(super) struct Reasoning {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_tokens: Option<u32>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Switch {
    Enabled,
    Disabled,
}

impl Switch {
    pub(super) fn of(on: bool) -> Self {
        if on { Self::Enabled } else { Self::Disabled }
    }
}

#[derive(Serialize)]
pub(super) struct Template {
    pub(super) enable_thinking: bool,
    pub(super) thinking: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_effort: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub(super) enum Message<'a> {
    System {
        content: Cow<'a, str>,
    },
    User {
        content: UserContent<'a>,
    },
    Assistant {
        /// Null where there are only calls.
        content: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<Call<'a>>,
        #[serde(flatten)]
        thoughts: Thoughts<'a>,
    },
    Tool {
        tool_call_id: Cow<'a, str>,
        content: Cow<'a, str>,
    },
}

/// A string where there is only text: some take nothing else.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum UserContent<'a> {
    Text(Cow<'a, str>),
    Parts(Vec<ContentPart<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ContentPart<'a> {
    Text {
        text: Cow<'a, str>,
    },
    ImageUrl {
        image_url: Address,
    },
    VideoUrl {
        video_url: Address,
    },
    InputAudio {
        input_audio: InputAudio,
    },
    File {
        file: File<'a>,
    },
    DocumentUrl {
        document_url: String,
        document_name: &'a str,
    },
}

/// Of a page, or of bytes as a `data:` URL.
#[derive(Serialize)]
pub(super) struct Address {
    pub(super) url: String,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum InputAudio {
    Typed(Audio),
    Plain(String),
}

#[derive(Serialize)]
pub(super) struct Audio {
    pub(super) data: String,
    pub(super) format: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum File<'a> {
    Data {
        filename: &'a str,
        file_data: String,
    },
    Typed {
        filename: &'a str,
        media_type: &'a str,
        data: String,
    },
}

/// Reasoning that its vendor wants back.
#[derive(Default, Serialize)]
pub(super) struct Thoughts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning_content: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reasoning: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasoning_details: Vec<Value>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "function")]
pub(super) struct Call<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) function: CalledFunction<'a>,
}

#[derive(Serialize)]
pub(super) struct CalledFunction<'a> {
    pub(super) name: &'a str,
    /// JSON as text.
    pub(super) arguments: String,
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "function")]
pub(super) struct Tool<'a> {
    pub(super) function: Function<'a>,
}

#[derive(Serialize)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    pub(super) parameters: Cow<'a, Value>,
}

// Chunks

#[derive(Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    pub(super) usage: Option<Usage>,
    /// The pages that an answer rests on, as xAI and Perplexity list them: addresses.
    #[serde(borrow)]
    pub(super) citations: Option<&'a RawValue>,
    /// The same pages with their titles, as Perplexity has them beside.
    #[serde(borrow)]
    pub(super) search_results: Option<&'a RawValue>,
    /// Groq's own place for usage.
    pub(super) x_groq: Option<XGroq>,
    /// Where an answer breaks off under HTTP 200.
    pub(super) error: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct XGroq {
    pub(super) usage: Option<Usage>,
}

#[derive(Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(default)]
    pub(super) index: u32,
    #[serde(borrow)]
    pub(super) delta: Option<Delta<'a>>,
    #[serde(borrow)]
    pub(super) finish_reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(borrow, default)]
    pub(super) content: Content<'a>,
    #[serde(borrow)]
    pub(super) reasoning_content: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) reasoning: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) reasoning_details: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) refusal: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<Vec<CallPiece<'a>>>,
    /// The pages that an answer rests on, as OpenAI and the gateways list them.
    #[serde(borrow)]
    pub(super) annotations: Option<&'a RawValue>,
}

/// What of a frame that cannot be read tells whether it is a chunk at all.
#[derive(Deserialize)]
pub(super) struct ChunkKind<'a> {
    #[serde(borrow)]
    pub(super) object: Option<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Annotation {
    pub(super) url_citation: Option<Page>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct CallPiece<'a> {
    pub(super) index: Option<u32>,
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) function: Option<FunctionPiece<'a>>,
}

#[derive(Default, Deserialize)]
pub(super) struct FunctionPiece<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) arguments: Arguments<'a>,
}

#[derive(Deserialize)]
pub(super) struct Usage {
    pub(super) prompt_tokens: Option<u64>,
    pub(super) completion_tokens: Option<u64>,
    pub(super) total_tokens: Option<u64>,
    pub(super) prompt_tokens_details: Option<PromptDetails>,
    pub(super) completion_tokens_details: Option<CompletionDetails>,
    /// DeepSeek's own word for cached tokens.
    pub(super) prompt_cache_hit_tokens: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct PromptDetails {
    pub(super) cached_tokens: Option<u64>,
    pub(super) cache_write_tokens: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct CompletionDetails {
    pub(super) reasoning_tokens: Option<u64>,
}
