//! What the engine runs: an agent with every name resolved.
//!
//! Nothing is optional here that must be there, and a name is left only where it is a key of stored
//! state or text for a client. [`crate::compile`] is the only maker of a [`Program`].

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{AgentFormat, Display, ModelRef, Role, Thinking, ThreadId, ToolDef};
use serde_json::Value;

/// A compiled agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub format: AgentFormat,
    /// What a session is created with.
    pub inputs: Vec<Field>,
    /// What handlers set; the value is the default, absent where the protocol gives none.
    pub variables: BTreeMap<Arc<str>, Option<Value>>,
    /// What set-resource blocks set; the value is the default, absent where the protocol gives none.
    pub resources: BTreeMap<Arc<str>, Option<Value>>,
    pub tools: Vec<Tool>,
    pub triggers: BTreeMap<Arc<str>, Trigger>,
    /// The configuration of the main thread.
    pub agent: Agent,
}

impl Program {
    /// The tool of that name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.def.name == name)
    }
}

/// A declared input value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: Arc<str>,
    pub ty: Type,
    pub description: Option<Arc<str>>,
    pub optional: bool,
    pub default: Option<Value>,
    /// The allowed values of a string; empty where any is.
    pub allowed: Vec<Arc<str>>,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    String,
    Number,
    Integer,
    Boolean,
    Unknown,
    /// A file reference (CONTRACT 1.2).
    File,
    List(Box<Type>),
}

/// A tool that runs on the client's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    pub def: ToolDef,
    pub display: Display,
    /// What a client shows instead of the name; the description where no title is given.
    pub label: Option<Arc<str>>,
}

/// An index into [`Program::tools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToolIndex(pub usize);

/// A trigger and the handler that it starts. A trigger always has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    pub inputs: Vec<Field>,
    pub handler: Vec<Block>,
}

/// How a thread talks to its model.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    pub model: Setting<ModelRef>,
    pub system: Option<Prompt>,
    pub tools: Vec<ToolIndex>,
    /// Model steps of one next-message block. One step, or two where tools are offered and the agent
    /// is not agentic (CONTRACT 7.9), is the compiler's business: this is the final number.
    pub max_steps: Setting<u32>,
    /// Whether the last step is asked without tools, so that it must be an answer (CONTRACT 7.9).
    pub last_step_without_tools: bool,
    pub temperature: Option<Setting<f64>>,
    pub thinking: Option<Setting<Thinking>>,
}

/// A value that is fixed, or is read when it is needed (`model: MODEL`).
#[derive(Clone, Debug, PartialEq)]
pub enum Setting<T> {
    Fixed(T),
    From(Place),
}

/// Where a value lives while a handler runs. A name that is in several places means the first of
/// trigger input, variable, resource, session input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    TriggerInput(Arc<str>),
    Variable(Arc<str>),
    Resource(Arc<str>),
    Input(Arc<str>),
}

/// A block of a handler.
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
    SetResource(SetResource),
    StartThread(StartThread),
    SerializeThread(SerializeThread),
}

impl BlockKind {
    /// As it stands behind `block:`, and in `blockType` of events.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AddMessage(_) => "add-message",
            Self::NextMessage(_) => "next-message",
            Self::ToolCall(_) => "tool-call",
            Self::SetResource(_) => "set-resource",
            Self::StartThread(_) => "start-thread",
            Self::SerializeThread(_) => "serialize-thread",
        }
    }
}

impl BlockKind {
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
    /// The variable that takes the answer's text.
    pub output: Option<Arc<str>>,
    /// Whether the answer stays out of the main conversation. One of a named thread is part of that.
    pub independent: bool,
}

/// Calls a tool without asking a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    pub tool: ToolIndex,
    pub arguments: BTreeMap<Arc<str>, Argument>,
    /// The variable that takes the result.
    pub output: Option<Arc<str>>,
}

/// A value of a tool-call block's `input`.
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
    pub agent: Agent,
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

/// A prompt with its mapping applied: includes are spliced in, labels are places, and a label that no
/// mapping names is plain text again (CONTRACT 5.4).
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    pub pieces: Arc<[Piece]>,
}

/// A piece of a prompt.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(Arc<str>),
    Value(Place),
    /// `{{#if}}`: the first branch whose condition holds, else `otherwise`.
    If {
        branches: Vec<(Condition, Vec<Piece>)>,
        otherwise: Vec<Piece>,
    },
}

/// The condition of a branch. Values are compared in their string form, case-sensitively.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Truthy(Place),
    Falsy(Place),
    Equals(Place, Arc<str>),
    Differs(Place, Arc<str>),
}

impl Place {
    /// The name of the value, without where it lives.
    #[must_use]
    pub fn name(&self) -> Arc<str> {
        match self {
            Self::TriggerInput(name)
            | Self::Variable(name)
            | Self::Resource(name)
            | Self::Input(name) => Arc::clone(name),
        }
    }
}
