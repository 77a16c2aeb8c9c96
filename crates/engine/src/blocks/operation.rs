//! What the blocks have in common that a client shows as operations: a log entry, and an item where
//! the block is shown.

use std::sync::Arc;

use domain::{Body, LogBody};
use protocol::program::Block;
use serde_json::Value;

use crate::effects::Effects;
use crate::execution::LaneId;
use crate::machine::Machine;
use crate::present::{self, BlockView};

pub(crate) fn note(
    machine: &Machine,
    lane: LaneId,
    block: &Block,
    result: Value,
    effects: &mut Effects,
) {
    let name = present::operation_name(block);
    let operation = LogBody::BlockOperation {
        operation_type: block.kind.as_str().into(),
        operation_description: Arc::clone(name),
        operation_result: result,
    };
    machine.log(effects, operation);
    if BlockView::of(block).frames {
        // The live part has the id of its block, so the stored one has it, too.
        let body = Body::Operation {
            id: machine.block_id(lane).to_string(),
            name: name.to_string(),
            operation_type: block.kind.as_str().to_owned(),
        };
        machine.store(lane, block, body, effects);
    }
}
