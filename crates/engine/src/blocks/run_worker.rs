//! `run-worker`: runs a worker without asking a model. A worker that fails does not end the handler: the
//! variable then holds `{"error": …}` (CONTRACT 7.8).

use std::sync::Arc;

use domain::ToolSource;
use protocol::program::RunWorker;

use super::Flow;
use crate::calls::At;
use crate::draft::Card;
use crate::effects::Effects;
use crate::lane::{By, Phase, Slot};
use crate::machine::Machine;
use crate::worker::Calling;

pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    kind: &RunWorker,
    effects: &mut Effects,
) -> Flow {
    let program = machine.program(at.lane);
    let Some(worker) = program.workers.get(kind.worker.0) else {
        return Flow::Next;
    };
    let arguments = machine.scope(at.lane).arguments(&kind.arguments);
    let call = machine.own_call(worker.slug.to_string(), arguments);
    let slot = Slot {
        call: Arc::clone(&call),
        source: ToolSource::Block,
        by: By::Worker,
        card: Card::Hidden,
    };
    machine.exec.set_phase(at.lane, Phase::Calls(vec![slot]));
    let calling = Calling {
        call: &call,
        card: &Card::Hidden,
        display: at.block.display,
        label: at
            .block
            .description
            .clone()
            .or_else(|| worker.label.clone()),
    };
    machine.start_worker(at, calling, Ok(()), effects);
    Flow::Wait
}
