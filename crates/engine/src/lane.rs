//! A line of blocks that runs: the handler, or a worker. Lanes stand in a flat table, and a worker's
//! knows the lane that waits for it.

use std::sync::Arc;

use domain::{
    Audience, Exceeded, RequestLimit, SessionState, ToolCall, ToolCallId, ToolSource, WorkerId,
};
use protocol::program::Block;
use serde::{Deserialize, Serialize};

use crate::draft::{Card, Draft};
use crate::object::Repair;

/// A lane's key: 0 is the handler, or the worker that is executed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct LaneId(pub(crate) u32);

impl LaneId {
    pub(crate) const ROOT: Self = Self(0);
}

/// Where a lane stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lane {
    /// What runs, where it is no handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) worker: Option<Box<WorkerRun>>,
    /// The block that runs.
    pub(crate) block: Arc<str>,
    /// Its place among the lane's blocks, found once from its name.
    #[serde(skip)]
    pub(crate) index: usize,
    /// Model steps of this block.
    pub(crate) steps: u32,
    /// Model steps of all blocks: each but the first is marked.
    #[serde(default)]
    pub(crate) all_steps: u32,
    /// Set where the block's answer was no object of its type, and is asked for once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) repair: Option<Repair>,
    /// Set where this step's request was refused because there was too much in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Refused>,
    /// Set where no summary could be written in this block.
    #[serde(default)]
    pub(crate) no_summary: bool,
    pub(crate) phase: Phase,
}

impl Lane {
    pub(crate) fn at_start(worker: Option<WorkerRun>) -> Self {
        Self {
            worker: worker.map(Box::new),
            block: "".into(),
            index: 0,
            steps: 0,
            all_steps: 0,
            repair: None,
            refused: None,
            no_summary: false,
            phase: Phase::Ready,
        }
    }

    pub(crate) fn enter(&mut self, block: &Block) {
        self.block = Arc::clone(&block.name);
        self.steps = 0;
        self.repair = None;
        (self.refused, self.no_summary) = (None, false);
        self.phase = Phase::Ready;
    }
}

/// A request with less is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refused {
    /// What was too much in the newest one.
    pub(crate) exceeded: Exceeded,
    pub(crate) tries: u32,
    /// What is tried.
    pub(crate) limit: RequestLimit,
}

/// The run of a worker: values of its own, and who waits for its output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkerRun {
    pub(crate) id: WorkerId,
    pub(crate) slug: Arc<str>,
    /// The call that it answers; a worker that is executed by itself answers none.
    pub(crate) caller: Option<Caller>,
    /// How many workers it runs within, itself included.
    pub(crate) depth: u32,
    pub(crate) showing: Showing,
    /// Who reads its marks in the history.
    #[serde(default = "client")]
    pub(crate) audience: Audience,
    pub(crate) state: SessionState,
}

fn client() -> Audience {
    Audience::Client
}

/// The call that a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Caller {
    pub(crate) lane: LaneId,
    pub(crate) call: ToolCallId,
}

/// What a client sees of a worker while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Showing {
    Nothing,
    /// That it begins and ends.
    Ends,
    /// All that happens in it, too.
    Everything,
}

/// What a lane waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Phase {
    /// Nothing: the block has not begun.
    Ready,
    /// A model's answer.
    Model(Draft),
    /// The answers to calls. Where there is none left the block goes on.
    Calls(Vec<Slot>),
}

/// A call whose answer is waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Slot {
    pub(crate) call: Arc<ToolCall>,
    pub(crate) source: ToolSource,
    pub(crate) by: By,
    pub(crate) card: Card,
}

/// Who answers a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum By {
    Client,
    Server,
    Worker,
    /// A worker that sums up the items from the one number to before the other.
    Summarizer {
        from: u32,
        upto: u32,
        turns: usize,
        bytes: usize,
    },
}
