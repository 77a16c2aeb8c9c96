//! What the blocks have in common that a client shows as operations: a log entry, and an item where
//! the block is shown.

use std::sync::Arc;

use domain::{Body, LogBody};
use serde_json::Value;

use crate::calls::At;
use crate::effects::Effects;
use crate::machine::Machine;
use crate::present;

pub(crate) fn note(machine: &Machine, at: At<'_>, result: Value, effects: &mut Effects) {
    let block = at.block;
    let name = present::operation_name(block);
    let operation = LogBody::BlockOperation {
        operation_type: block.kind.as_str().into(),
        operation_description: Arc::clone(name),
        operation_result: result,
    };
    machine.log(at.lane, effects, operation);
    if machine.view(at.lane, block).frames && present::is_operation(&block.kind) {
        // The live part has the id of its block, so the stored one has it, too.
        let body = Body::Operation {
            id: machine.block_id(at.lane).to_string(),
            name: name.to_string(),
            operation_type: block.kind.as_str().to_owned(),
        };
        machine.store(at.lane, block, body, effects);
    }
}
