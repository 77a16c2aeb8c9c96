//! What each kind of block does. The compiler's half of a kind is in the file of the same name in
//! `protocol::blocks`.

mod add_message;
mod next_message;
mod operation;
mod serialize_thread;
mod set_resource;
mod start_thread;
pub(crate) mod tool_call;

use domain::{ErrorInfo, ErrorType};
use protocol::program::{Block, BlockKind};

use crate::effects::Effects;
use crate::execution::LaneId;
use crate::machine::Machine;

/// What becomes of the lane behind a block.
pub(crate) enum Flow {
    /// The block is done.
    Next,
    /// The block goes on when an answer comes.
    Wait,
}

/// What ends an execution that comes to a block whose kind is not built yet (CONTRACT 7.21).
fn not_built(block: &Block) -> ErrorInfo {
    let message = format!(
        "The block \"{}\" is of the kind {}, which this server cannot run yet.",
        block.name,
        block.kind.as_str()
    );
    ErrorInfo::platform(ErrorType::ValidationError, message)
}

/// Runs a block from its beginning.
pub(crate) fn run(
    machine: &mut Machine,
    lane: LaneId,
    block: &Block,
    effects: &mut Effects,
) -> Result<Flow, ErrorInfo> {
    machine.begin_block(lane, block, effects);
    match &block.kind {
        BlockKind::AddMessage(kind) => Ok(add_message::run(machine, block, kind, effects)),
        BlockKind::NextMessage(_) => next_message::run(machine, lane, block, effects),
        BlockKind::ToolCall(kind) => Ok(tool_call::run(machine, lane, block, kind, effects)),
        BlockKind::SetResource(kind) => Ok(set_resource::run(machine, lane, block, kind, effects)),
        BlockKind::StartThread(kind) => start_thread::run(machine, kind, effects),
        BlockKind::SerializeThread(kind) => {
            Ok(serialize_thread::run(machine, lane, block, kind, effects))
        }
        BlockKind::RunWorker(_)
        | BlockKind::GenerateImage(_)
        | BlockKind::GenerateVideo(_)
        | BlockKind::GenerateSpeech(_)
        | BlockKind::TranscribeAudio(_) => Err(not_built(block)),
    }
}
