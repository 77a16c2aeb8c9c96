//! The vocabulary that every crate of octavusd shares.
//!
//! Plain data with serde: no tokio, no IO, no clock, no randomness. A type is here when two crates
//! must agree on it; what only one crate needs lives in that crate.

mod bundle;
mod copied_message;
mod error_info;
mod event;
mod facts;
mod ids;
mod item;
mod limits;
mod log_entry;
mod log_record;
mod message;
mod model;
mod permission;
mod session;
mod time;
mod todo;
mod tool;
mod ui_message;
pub mod wire;

pub use bundle::{AgentFormat, Bundle, PromptFile, ReferenceFile, Settings};
pub use copied_message::{CopiedCall, CopiedMessage, CopiedPart, CopiedStatus, CopiedWorker};
pub use error_info::{
    ErrorInfo, ErrorSource, ErrorType, Exceeded, ProviderErrorInfo, ToolErrorInfo,
};
pub use event::{BlockStart, Cost, StreamEvent, TokenTotals, ToolRequestCall, ToolSource};
pub use facts::{LongPrice, ModelFacts, Models, Price, Served};
pub use ids::{
    AgentId, ExecutionId, FileId, KeyId, MessageId, ProjectId, RevisionId, SessionId, ThreadId,
    ToolCallId, WorkerId,
};
pub use item::{Audience, Author, Body, Item, Outcome, StoredItem};
pub use limits::Limits;
pub use log_entry::{
    Adaptation, AdaptedBecause, Compaction, CompactionTrigger, ImageAdapted, LogBody, LogEntry,
    LoggedCall, LoggedError, ModelRequestInfo, RequestType, StepStats, StoredLogEntry,
};
pub use log_record::LogRecord;
pub use message::{
    ChatMessage, FilePart, MessagePart, ObjectInfo, OperationInfo, PartBody, Role, Sender,
    TodoInfo, ToolCallInfo, ToolCallStatus, WorkerInfo,
};
pub use model::{
    CacheMode, Delta, Fallback, FinishReason, Media, MediaContent, ModelRef, ModelRefError,
    ModelRequest, Part, ResponseFormat, Speed, Thinking, ToolChoice, Turn, TurnRole, Usage,
};
pub use permission::{Permission, Permissions};
pub use session::{RequestLimit, SessionState, ThreadConfig, Toolset};
pub use time::Timestamp;
pub use todo::{Todo, TodoStatus};
pub use tool::{Display, FileReference, Source, ToolAnswer, ToolCall, ToolDef, ToolSchema};
pub use ui_message::{
    UiMessage, UiOperationStatus, UiPart, UiStatus, UiToolStatus, UiWorkerStatus,
};

/// A JSON object, as inputs, variables, tool arguments and schemas are.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;
