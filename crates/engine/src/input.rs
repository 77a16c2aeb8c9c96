//! What the world tells the machine.

use std::sync::Arc;

use domain::{Delta, ErrorInfo, FileReference, JsonMap, Sender, Source, ToolAnswer, ToolSchema};
use serde_json::Value;

use crate::CallId;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The first input of an execution.
    Trigger(Trigger),
    /// The first input of a worker that is executed by itself.
    Execute(Execute),
    /// The first input of a later leg.
    Continue(Continue),
    /// Something that was asked for came. One for an unknown call is late, and ignored.
    Reply(CallId, Reply),
    /// The leg must end.
    Cancel(CancelReason),
}

/// What a client fires; its input is checked against the protocol already.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    pub name: Arc<str>,
    pub input: JsonMap,
    pub sender: Option<Sender>,
    /// The tools that the client has from now on; those it had where this is absent.
    pub dynamic_tools: Option<Vec<ToolSchema>>,
    /// Whether it takes the place of an execution that waits for tool results.
    pub ends_pause: bool,
}

/// The start of a worker. Its input is that of the session, which is made for this run.
#[derive(Clone, Debug, PartialEq)]
pub struct Execute {
    pub slug: Arc<str>,
    pub dynamic_tools: Option<Vec<ToolSchema>>,
}

/// The results that an execution waited for.
#[derive(Clone, Debug, PartialEq)]
pub struct Continue {
    /// Greater than the number of every leg before it, those that were cut and are repeated included.
    pub leg: u32,
    pub results: Vec<ToolAnswer>,
    /// The tools that the client has from now on; those it had where this is absent.
    pub dynamic_tools: Option<Vec<ToolSchema>>,
}

/// A piece of an answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Delta(Delta),
    /// The request failed; nothing more comes.
    Failed(ErrorInfo),
    /// The whole answer of a built-in tool.
    Tool(ToolReply),
}

/// What a built-in tool gives.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolReply {
    pub output: Value,
    /// Files that it made.
    pub files: Vec<FileReference>,
    /// What its output rests on.
    pub sources: Vec<Source>,
}

/// Why a leg must end early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReason {
    /// The client went away: nobody listens any more.
    Disconnected,
    /// The server shuts down.
    Draining,
    /// The leg took longer than it may.
    TimeLimit,
}
