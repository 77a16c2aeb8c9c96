//! The blocks of handlers and of a worker's steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Display, ModelRef, Role, ThreadId};
use serde_json::Value;

use super::{Agent, NamedType, Place, Prompt, Setting, ToolIndex, WorkerIndex};

/// A block of a handler or of a worker's steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The author's name of it, unique within the handler.
    pub name: Arc<str>,
    pub display: Display,
    /// What a client shows for it: its title where the display is `title`, else its description.
    pub description: Option<Arc<str>>,
    /// The thread that the block speaks in; the main one for blocks that do not speak.
    pub thread: ThreadId,
    pub kind: BlockKind,
}

/// THE list of block kinds. Each has a file in `protocol::blocks` and one in `engine::blocks`.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    AddMessage(AddMessage),
    NextMessage(NextMessage),
    ToolCall(ToolCall),
    RunWorker(RunWorker),
    SetResource(SetResource),
    StartThread(StartThread),
    SerializeThread(SerializeThread),
    GenerateImage(GenerateImage),
    GenerateVideo(GenerateVideo),
    GenerateSpeech(GenerateSpeech),
    TranscribeAudio(TranscribeAudio),
}

impl BlockKind {
    /// As it stands behind `block:`, and in `blockType` of events.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AddMessage(_) => "add-message",
            Self::NextMessage(_) => "next-message",
            Self::ToolCall(_) => "tool-call",
            Self::RunWorker(_) => "run-worker",
            Self::SetResource(_) => "set-resource",
            Self::StartThread(_) => "start-thread",
            Self::SerializeThread(_) => "serialize-thread",
            Self::GenerateImage(_) => "generate-image",
            Self::GenerateVideo(_) => "generate-video",
            Self::GenerateSpeech(_) => "generate-speech",
            Self::TranscribeAudio(_) => "transcribe-audio",
        }
    }

    /// The variable that takes what the block gives.
    #[must_use]
    pub fn output(&self) -> Option<&Arc<str>> {
        match self {
            Self::NextMessage(kind) => kind.output.as_ref(),
            Self::ToolCall(kind) => kind.output.as_ref(),
            Self::RunWorker(kind) => kind.output.as_ref(),
            Self::SerializeThread(kind) => kind.output.as_ref(),
            Self::GenerateImage(kind) => kind.output.as_ref(),
            Self::GenerateVideo(kind) => kind.output.as_ref(),
            Self::GenerateSpeech(kind) => kind.output.as_ref(),
            Self::TranscribeAudio(kind) => kind.output.as_ref(),
            Self::AddMessage(_) | Self::SetResource(_) | Self::StartThread(_) => None,
        }
    }

    #[must_use]
    pub fn as_next_message(&self) -> Option<&NextMessage> {
        if let Self::NextMessage(kind) = self {
            Some(kind)
        } else {
            None
        }
    }

    #[must_use]
    pub fn as_tool_call(&self) -> Option<&ToolCall> {
        if let Self::ToolCall(kind) = self {
            Some(kind)
        } else {
            None
        }
    }
}

/// Puts a message into a thread.
#[derive(Clone, Debug, PartialEq)]
pub struct AddMessage {
    pub role: Role,
    /// What the model reads. Absent only where `ui_content` is there.
    pub prompt: Option<Prompt>,
    /// What a client shows instead of the prompt.
    pub ui_content: Option<UiContent>,
    /// False for a directive that only the model reads.
    pub visible: bool,
    /// Values that are a file or a list of files: they stand before the content.
    pub files: Vec<Place>,
}

/// The value that a client shows for a message.
#[derive(Clone, Debug, PartialEq)]
pub struct UiContent {
    pub place: Place,
    /// The name of the declared type, for an object whose own `type` is absent (CONTRACT 7.17).
    pub type_name: Option<Arc<str>>,
}

/// Asks the thread's model for an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct NextMessage {
    /// The variable that takes the answer: its text, or the value where it has a type.
    pub output: Option<Arc<str>>,
    /// Whether the answer stays out of the main conversation. One of a named thread is part of that.
    pub independent: bool,
    /// The object type that the answer is a value of; text where it is absent.
    pub response_type: Option<Arc<NamedType>>,
}

/// Calls a tool without asking a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    pub tool: ToolIndex,
    pub arguments: BTreeMap<Arc<str>, Argument>,
    /// The variable that takes the result.
    pub output: Option<Arc<str>>,
}

/// Runs a worker without asking a model.
#[derive(Clone, Debug, PartialEq)]
pub struct RunWorker {
    pub worker: WorkerIndex,
    /// Its input.
    pub arguments: BTreeMap<Arc<str>, Argument>,
    /// The variable that takes its output.
    pub output: Option<Arc<str>>,
}

/// A value of a block's `input`.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    Value(Place),
    Literal(Value),
}

/// Sets a resource, and tells the client.
#[derive(Clone, Debug, PartialEq)]
pub struct SetResource {
    pub resource: Arc<str>,
    pub value: Place,
}

/// Begins a thread anew: its earlier messages are no longer part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StartThread {
    pub thread: ThreadId,
    /// How the thread talks. Where the block names no model it is the agent's; nothing else is
    /// inherited (CONTRACT 7.10).
    pub agent: Box<Agent>,
}

/// Writes a thread's conversation into a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct SerializeThread {
    pub thread: ThreadId,
    pub format: ThreadFormat,
    pub output: Option<Arc<str>>,
}

/// How a conversation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadFormat {
    Markdown,
    Json,
}

/// Makes an image, or changes the reference images.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerateImage {
    pub prompt: Place,
    pub model: Setting<ModelRef>,
    /// As `16:9`; the model's own where it is absent.
    pub aspect_ratio: Option<Arc<str>>,
    pub resolution: Option<Resolution>,
    /// Values that hold URLs or files of images.
    pub reference_images: Vec<Place>,
    /// The variable that takes the URL.
    pub output: Option<Arc<str>>,
}

/// The size of a generated image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    OneK,
    TwoK,
    FourK,
}

/// Makes a short clip.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerateVideo {
    pub prompt: Place,
    pub model: ModelRef,
    /// As `16:9`; the model's own where it is absent.
    pub aspect_ratio: Option<Arc<str>>,
    pub duration_seconds: Option<u32>,
    /// Whether the clip has sound; the model's own choice where it is absent.
    pub audio: Option<bool>,
    /// The image that the clip begins with.
    pub reference_image: Option<Place>,
    /// The variable that takes the URL.
    pub output: Option<Arc<str>>,
}

/// Speaks a text.
#[derive(Clone, Debug, PartialEq)]
pub struct GenerateSpeech {
    pub text: Place,
    pub model: ModelRef,
    pub voice: Option<Arc<str>>,
    pub format: AudioFormat,
    pub instructions: Option<Arc<str>>,
    pub language: Option<Arc<str>>,
    /// From 0.25 to 4.
    pub speed: Option<f64>,
    /// The variable that takes the URL.
    pub output: Option<Arc<str>>,
}

/// How spoken text is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioFormat {
    Mp3,
    Opus,
    Aac,
    Flac,
    Wav,
}

/// Writes down what is said in a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct TranscribeAudio {
    /// A value that holds a file or a URL.
    pub audio: Place,
    pub model: ModelRef,
    pub language: Option<Arc<str>>,
    pub timestamps: bool,
    /// The variable that takes the text.
    pub output: Option<Arc<str>>,
}
