//! The state of one execution: what a pause stores, and what every input is applied to.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{
    AgentId, ExecutionId, FinishReason, JsonMap, MessageId, RevisionId, Sender, SessionId,
    ToolCallId, Usage,
};
use protocol::program::{Block, Entry, Program};
use serde::{Deserialize, Serialize};

use crate::lane::{By, Lane, LaneId, Phase};

/// A request in flight. The runtime answers with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u32);

/// Who waits for the answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    pub(crate) lane: LaneId,
    /// The call of the lane that it answers; a model's step has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<ToolCallId>,
}

/// What model steps cost by the price lists of their providers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fees {
    /// In US dollars.
    known: f64,
    /// Whether the price of a step is not known. Then nobody knows that of the whole.
    unknown: bool,
}

impl Fees {
    pub(crate) fn add(&mut self, fee: Option<f64>) {
        match fee {
            Some(fee) => self.known += fee,
            None => self.unknown = true,
        }
    }

    /// In US dollars.
    pub(crate) fn total(self) -> Option<f64> {
        (!self.unknown).then_some(self.known)
    }
}

/// The revision of an agent that an execution began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    pub agent: AgentId,
    pub revision: RevisionId,
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
    /// The workers that it can reach, by slug.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) workers: BTreeMap<Arc<str>, Pin>,
    pub(crate) leg: u32,
    /// The number behind the next id that is minted.
    pub(crate) next: u32,
    /// The assistant message of this turn.
    pub(crate) message: MessageId,
    /// The newest message before this turn: a client's anchor for a retry.
    pub(crate) last_message: Option<MessageId>,
    /// Empty where a worker is executed by itself.
    pub(crate) trigger: Arc<str>,
    pub(crate) trigger_input: JsonMap,
    pub(crate) sender: Option<Sender>,
    pub(crate) lanes: BTreeMap<LaneId, Lane>,
    /// Requests in flight, and who waits for each.
    pub(crate) calls: BTreeMap<CallId, Target>,
    /// Model steps so far, over all lanes.
    pub(crate) steps: u32,
    /// What they used.
    #[serde(default)]
    pub(crate) usage: Usage,
    /// What their providers ask for it.
    #[serde(default)]
    pub(crate) fees: Fees,
    /// Why the newest model step of the root lane ended.
    pub(crate) reason: FinishReason,
    /// The block that the client takes what comes next for a part of (CONTRACT 3.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_block: Option<Arc<str>>,
    pub(crate) done: bool,
}

impl Execution {
    #[must_use]
    pub fn revision(&self) -> &RevisionId {
        &self.revision
    }

    /// The revisions of the workers that it began with, by slug.
    #[must_use]
    pub fn workers(&self) -> &BTreeMap<Arc<str>, Pin> {
        &self.workers
    }

    /// The number of the leg that ended in this pause.
    #[must_use]
    pub fn leg(&self) -> u32 {
        self.leg
    }

    /// Whether the execution waits for a client to give the result of that call.
    #[must_use]
    pub fn waits_for(&self, call: &ToolCallId) -> bool {
        self.lanes.values().any(|lane| match &lane.phase {
            Phase::Calls(slots) => slots
                .iter()
                .any(|slot| slot.by == By::Client && slot.call.id == *call),
            Phase::Ready | Phase::Model(_) => false,
        })
    }

    /// The blocks of a lane whose program is this one.
    pub(crate) fn blocks<'p>(&self, program: &'p Program) -> &'p [Block] {
        match &program.entry {
            Entry::Worker { steps, .. } => steps,
            Entry::Interactive { triggers, .. } => triggers
                .get(&*self.trigger)
                .map_or(&[], |trigger| &trigger.handler),
        }
    }

    /// The block that a lane is in, if its program is this one.
    pub(crate) fn block<'p>(&self, program: &'p Program, lane: LaneId) -> Option<&'p Block> {
        self.blocks(program).get(self.lanes.get(&lane)?.index)
    }

    /// The place of a lane's block among its blocks.
    pub(crate) fn index(&self, lane: LaneId) -> usize {
        self.lanes.get(&lane).map_or(0, |lane| lane.index)
    }

    /// The model steps of a lane's block.
    pub(crate) fn steps_of(&self, lane: LaneId) -> u32 {
        self.lanes.get(&lane).map_or(0, |lane| lane.steps)
    }

    /// Takes what a lane waited for; it then waits for nothing.
    pub(crate) fn take_phase(&mut self, lane: LaneId) -> Option<Phase> {
        let lane = self.lanes.get_mut(&lane)?;
        Some(std::mem::replace(&mut lane.phase, Phase::Ready))
    }

    /// What a lane waits for from here on.
    pub(crate) fn set_phase(&mut self, lane: LaneId, phase: Phase) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.phase = phase;
        }
    }

    /// A number that no other id of this leg has.
    pub(crate) fn mint(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}
