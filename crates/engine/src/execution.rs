//! The state of one execution: what a pause stores, and what every input is applied to.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{
    ExecutionId, FinishReason, JsonMap, MessageId, RevisionId, Sender, SessionId, ToolCall,
    ToolSource,
};
use protocol::program::{Block, Program};
use serde::{Deserialize, Serialize};

use crate::draft::Draft;
use crate::object::Repair;

/// A request in flight. The runtime answers with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u32);

/// A line of blocks that runs: 0 is the handler, each worker is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct LaneId(pub(crate) u32);

impl LaneId {
    pub(crate) const HANDLER: Self = Self(0);
}

/// The row of a pause. It names blocks by name, so that a newer build can read it, and holds no
/// history: that is loaded from the items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    pub(crate) format: u16,
    pub(crate) id: ExecutionId,
    pub(crate) session: SessionId,
    /// The revision of the agent that this execution began with.
    pub(crate) revision: RevisionId,
    pub(crate) leg: u32,
    /// The number behind the next id that is minted.
    pub(crate) next: u32,
    /// The assistant message of this turn.
    pub(crate) message: MessageId,
    /// The newest message before this turn: a client's anchor for a retry.
    pub(crate) last_message: Option<MessageId>,
    pub(crate) trigger: Arc<str>,
    pub(crate) trigger_input: JsonMap,
    pub(crate) sender: Option<Sender>,
    pub(crate) lanes: BTreeMap<LaneId, Lane>,
    /// Requests in flight, and who waits for each.
    pub(crate) calls: BTreeMap<CallId, LaneId>,
    /// Model steps so far, over all blocks: each but the first of a message is marked.
    pub(crate) steps: u32,
    /// Why the newest model step ended.
    pub(crate) reason: FinishReason,
    pub(crate) done: bool,
}

/// Where a lane stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lane {
    /// The block that runs.
    pub(crate) block: Arc<str>,
    /// Its place in the handler, found once from its name.
    #[serde(skip)]
    pub(crate) index: usize,
    /// Model steps of this block.
    pub(crate) steps: u32,
    /// Set where the block's answer was no object of its type, and is asked for once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) repair: Option<Repair>,
    pub(crate) phase: Phase,
}

impl Lane {
    pub(crate) fn at_start() -> Self {
        Self {
            block: "".into(),
            index: 0,
            steps: 0,
            repair: None,
            phase: Phase::Ready,
        }
    }

    pub(crate) fn enter(&mut self, block: &Block) {
        self.block = Arc::clone(&block.name);
        self.steps = 0;
        self.repair = None;
        self.phase = Phase::Ready;
    }
}

/// What a lane waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Phase {
    /// Nothing: the block has not begun.
    Ready,
    /// A model's answer.
    Model(Draft),
    /// The results of tool calls.
    Tools(Vec<Slot>),
}

/// A tool call whose result is waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Slot {
    pub(crate) call: Arc<ToolCall>,
    pub(crate) source: ToolSource,
    /// Whether a client sees its card.
    pub(crate) shown: bool,
}

/// A stored pause that this build cannot go on from.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("the stored execution is not readable")]
    Unreadable(#[from] serde_json::Error),
    #[error("the stored execution has format {found}, this build reads {known}")]
    Format { found: u16, known: u16 },
    #[error("the agent has no trigger `{trigger}` with a block `{block}`")]
    BlockGone { trigger: Arc<str>, block: Arc<str> },
}

impl Execution {
    /// Grows when the shape changes so that an older row can no longer be read.
    pub(crate) const FORMAT: u16 = 1;

    /// Reads the row of a pause.
    ///
    /// # Errors
    /// When the text is not a row, or one of a format that this build does not know.
    pub fn from_frame(frame: &str) -> Result<Self, FrameError> {
        let execution: Self = serde_json::from_str(frame)?;
        if execution.format == Self::FORMAT {
            Ok(execution)
        } else {
            Err(FrameError::Format {
                found: execution.format,
                known: Self::FORMAT,
            })
        }
    }

    #[must_use]
    pub fn revision(&self) -> &RevisionId {
        &self.revision
    }

    /// The number of the leg that ended in this pause.
    #[must_use]
    pub fn leg(&self) -> u32 {
        self.leg
    }

    /// Whether the execution waits for the result of that call.
    #[must_use]
    pub fn waits_for(&self, call: &domain::ToolCallId) -> bool {
        self.lanes.values().any(|lane| match &lane.phase {
            Phase::Tools(slots) => slots.iter().any(|slot| slot.call.id == *call),
            Phase::Ready | Phase::Model(_) => false,
        })
    }

    /// The handler that runs.
    pub(crate) fn handler<'p>(&self, program: &'p Program) -> &'p [Block] {
        program
            .trigger(&self.trigger)
            .map_or(&[], |(_, trigger)| &trigger.handler)
    }

    /// The block that a lane is in.
    pub(crate) fn block<'p>(&self, program: &'p Program, lane: LaneId) -> Option<&'p Block> {
        self.handler(program).get(self.lanes.get(&lane)?.index)
    }

    /// A lane, made where it is named first.
    pub(crate) fn lane_mut(&mut self, lane: LaneId) -> &mut Lane {
        self.lanes.entry(lane).or_insert_with(Lane::at_start)
    }

    /// The place of a lane's block in the handler.
    pub(crate) fn index(&self, lane: LaneId) -> usize {
        self.lanes.get(&lane).map_or(0, |lane| lane.index)
    }

    /// The model steps of a lane's block.
    pub(crate) fn steps_of(&self, lane: LaneId) -> u32 {
        self.lanes.get(&lane).map_or(0, |lane| lane.steps)
    }

    /// A number that no other id of this leg has.
    pub(crate) fn mint(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}
