//! `tool-call`: calls a tool without asking a model. A failed call does not end the handler: its
//! variable then holds `{"error": …}` (CONTRACT 7.8).

use std::sync::Arc;

use domain::{Body, Display, ToolCall, ToolSource};
use protocol::program;

use super::Flow;
use crate::calls::At;
use crate::draft::Card;
use crate::effects::Effects;
use crate::lane::{By, Phase, Slot};
use crate::machine::Machine;
use crate::offer::Offered;
use crate::present;

pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    kind: &program::ToolCall,
    effects: &mut Effects,
) -> Flow {
    let program = machine.program(at.lane);
    let Some(tool) = program.tools.get(kind.tool.0) else {
        return Flow::Next;
    };
    let offered = Offered::client(tool);
    let (display, label) = if machine.view(at.lane, at.block).tools {
        offered.card()
    } else {
        (Display::Hidden, None)
    };
    let call = Arc::new(ToolCall {
        id: machine.mint_call_id(),
        name: tool.def.name.clone(),
        arguments: machine.scope(at.lane).arguments(&kind.arguments),
        display,
        label,
        opaque: None,
    });
    let card = if display == Display::Hidden {
        Card::Hidden
    } else {
        Card::Tool
    };
    if card == Card::Tool {
        let worker_id = machine.worker_id(at.lane);
        effects.emit(present::tool_input_start(&call, worker_id.clone()));
        let ready = present::tool_input_ready(&call, worker_id);
        ready.into_iter().for_each(|event| effects.emit(event));
    }
    machine.log_call(at.lane, &call, Some(&offered), effects);
    let body = Body::Call(Arc::clone(&call));
    machine.store(at.lane, at.block, body, effects);
    let slot = Slot {
        call,
        source: ToolSource::Block,
        by: By::Client,
        card,
    };
    machine.exec.set_phase(at.lane, Phase::Calls(vec![slot]));
    Flow::Wait
}
