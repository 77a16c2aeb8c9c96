//! `set-resource`: sets a resource and tells the client. The update is state, so it is sent even where
//! the block itself is hidden (CONTRACT 7.1).

use std::sync::Arc;

use domain::{Body, LogBody, StreamEvent};
use protocol::program::{Block, SetResource};
use serde_json::Value;

use super::Flow;
use crate::effects::Effects;
use crate::machine::Machine;
use crate::present::BlockView;

pub(crate) fn run(
    machine: &mut Machine,
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
    let shown_as = block.description.as_ref().unwrap_or(&block.name);
    machine.log(
        effects,
        LogBody::BlockOperation {
            operation_type: block.kind.as_str().into(),
            operation_description: Arc::clone(shown_as),
            operation_result: value.clone(),
        },
    );
    if BlockView::of(block).frames {
        let number = machine.exec.mint();
        let id = format!("{}-{number}", machine.exec.id);
        let operation_type = block.kind.as_str().to_owned();
        machine.store(
            Body::Operation {
                id,
                name: shown_as.to_string(),
                operation_type,
            },
            block,
            effects,
        );
    }
    effects.emit(StreamEvent::ResourceUpdate {
        name: Arc::clone(&kind.resource),
        value,
    });
    Flow::Next
}
