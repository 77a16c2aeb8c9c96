//! What the blocks have in common that a client shows as operations: a log entry, and an item where
//! the block is shown.

use std::sync::Arc;

use domain::{Body, LogBody};
use serde_json::Value;

use crate::calls::At;
use crate::effects::Effects;
use crate::machine::Machine;
use crate::present;

/// A client sees from here on that a block is at work that takes time.
pub(super) fn begin(machine: &Machine, at: At<'_>, effects: &mut Effects) {
    store(machine, at, false, effects);
}

/// The block is done.
pub(super) fn end(
    machine: &Machine,
    at: At<'_>,
    (operation_input, operation_result): (Value, Value),
    effects: &mut Effects,
) {
    let operation = LogBody::BlockOperation {
        operation_type: at.block.kind.as_str().into(),
        operation_description: Arc::clone(present::operation_name(at.block)),
        operation_input,
        operation_result,
    };
    machine.log(at.lane, effects, operation);
    store(machine, at, true, effects);
}

fn store(machine: &Machine, at: At<'_>, done: bool, effects: &mut Effects) {
    let block = at.block;
    if machine.view(at.lane, block).frames && present::is_operation(&block.kind) {
        // The live part has the id of its block, so the stored one has it, too.
        let body = Body::Operation {
            id: machine.block_id(at.lane).to_string(),
            name: present::operation_name(block).to_string(),
            operation_type: block.kind.as_str().to_owned(),
            done,
        };
        machine.store(at.lane, block, body, effects);
    }
}
