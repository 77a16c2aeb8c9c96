//! `set-resource`: sets a resource and tells the client. The update is state, so it is sent even where
//! the block itself is hidden (CONTRACT 7.1).

use std::sync::Arc;

use domain::StreamEvent;
use protocol::program::{Block, SetResource};
use serde_json::Value;

use super::{Flow, operation};
use crate::effects::Effects;
use crate::execution::LaneId;
use crate::machine::Machine;

pub(crate) fn run(
    machine: &mut Machine,
    lane: LaneId,
    block: &Block,
    kind: &SetResource,
    effects: &mut Effects,
) -> Flow {
    let value = machine
        .scope()
        .get(&kind.value)
        .cloned()
        .unwrap_or(Value::Null);
    machine
        .session
        .resources
        .insert(kind.resource.to_string(), value.clone());
    effects.commit().state_changed = true;
    operation::note(machine, lane, block, value.clone(), effects);
    effects.emit(StreamEvent::ResourceUpdate {
        name: Arc::clone(&kind.resource),
        value,
    });
    Flow::Next
}
