//! `next-message`: asks the thread's model, as often as its tools make it necessary. The loop itself
//! is in `agent_loop`.

use domain::ErrorInfo;

use super::Flow;
use crate::calls::At;
use crate::effects::Effects;
use crate::machine::Machine;

pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    effects: &mut Effects,
) -> Result<Flow, ErrorInfo> {
    machine.ask_model(at.lane, at.block, effects)?;
    Ok(Flow::Wait)
}
