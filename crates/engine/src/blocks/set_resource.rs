//! `set-resource`: sets a resource and tells the client. The update is state, so it is sent even where
//! the block itself is hidden (CONTRACT 7.1).

use std::sync::Arc;

use domain::StreamEvent;
use protocol::program::SetResource;
use serde_json::{Value, json};

use super::{Flow, operation};
use crate::calls::At;
use crate::effects::Effects;
use crate::lane::LaneId;
use crate::machine::Machine;

pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    kind: &SetResource,
    effects: &mut Effects,
) -> Flow {
    let value = machine
        .scope(at.lane)
        .get(&kind.value)
        .cloned()
        .unwrap_or(Value::Null);
    machine
        .state_mut(at.lane)
        .resources
        .insert(kind.resource.to_string(), value.clone());
    effects.commit().state_changed = true;
    let input = json!({ "resource": kind.resource, "value": kind.value.name() });
    operation::end(machine, at, (input, value.clone()), effects);
    // A client knows the resources of its session, not those of a worker within it.
    if at.lane == LaneId::ROOT {
        effects.emit(StreamEvent::ResourceUpdate {
            name: Arc::clone(&kind.resource),
            value,
        });
    }
    Flow::Next
}
