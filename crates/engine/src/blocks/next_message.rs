//! `next-message`: asks the thread's model, as often as its tools make it necessary. The loop itself
//! is in `agent_loop`.

use domain::ErrorInfo;
use protocol::program::Block;

use super::Flow;
use crate::effects::Effects;
use crate::execution::LaneId;
use crate::machine::Machine;

pub(crate) fn run(
    machine: &mut Machine,
    lane: LaneId,
    block: &Block,
    effects: &mut Effects,
) -> Result<Flow, ErrorInfo> {
    machine.ask_model(lane, block, effects)?;
    Ok(Flow::Wait)
}
