//! What each kind of block does. The compiler's half of a kind is in the file of the same name in
//! `protocol::blocks`.

mod add_message;
pub(crate) mod media;
mod next_message;
mod operation;
mod run_worker;
mod serialize_thread;
mod set_resource;
mod start_thread;
mod tool_call;

use domain::ErrorInfo;
use protocol::program::{Block, BlockKind};

use crate::calls::At;
use crate::effects::Effects;
use crate::lane::LaneId;
use crate::machine::Machine;

/// What becomes of the lane behind a block.
pub(crate) enum Flow {
    /// The block is done.
    Next,
    /// The block goes on when an answer comes.
    Wait,
}

/// Runs a block from its beginning.
pub(crate) fn run(
    machine: &mut Machine,
    lane: LaneId,
    block: &Block,
    effects: &mut Effects,
) -> Result<Flow, ErrorInfo> {
    machine.begin_block(lane, block, effects);
    let at = At { lane, block };
    match &block.kind {
        BlockKind::AddMessage(kind) => Ok(add_message::run(machine, at, kind, effects)),
        BlockKind::NextMessage(_) => next_message::run(machine, at, effects),
        BlockKind::ToolCall(kind) => Ok(tool_call::run(machine, at, kind, effects)),
        BlockKind::RunWorker(kind) => Ok(run_worker::run(machine, at, kind, effects)),
        BlockKind::SetResource(kind) => Ok(set_resource::run(machine, at, kind, effects)),
        BlockKind::StartThread(kind) => start_thread::run(machine, at, kind, effects),
        BlockKind::SerializeThread(kind) => Ok(serialize_thread::run(machine, at, kind, effects)),
        BlockKind::GenerateImage(kind) => media::image(machine, at, kind, effects),
        BlockKind::GenerateVideo(kind) => Ok(media::video(machine, at, kind, effects)),
        BlockKind::GenerateSpeech(kind) => Ok(media::speech(machine, at, kind, effects)),
        BlockKind::TranscribeAudio(kind) => Ok(media::transcription(machine, at, kind, effects)),
    }
}
