//! `tool-call`: calls a tool without asking a model. A failed call does not end the handler: its
//! variable then holds `{"error": …}` (CONTRACT 7.8).

use std::sync::Arc;

use domain::{Body, LogBody, Outcome, ToolCall, ToolCallId, ToolSource};
use protocol::program::{self, Block};
use serde_json::{Value, json};

use super::Flow;
use crate::effects::Effects;
use crate::execution::{LaneId, Phase, Slot};
use crate::machine::Machine;
use crate::present::{self, BlockView};

pub(crate) fn run(
    machine: &mut Machine,
    lane: LaneId,
    block: &Block,
    kind: &program::ToolCall,
    effects: &mut Effects,
) -> Flow {
    let program = Arc::clone(&machine.program);
    let Some(tool) = program.tools.get(kind.tool.0) else {
        return Flow::Next;
    };
    let scope = machine.scope();
    let arguments = kind
        .arguments
        .iter()
        .map(|(name, argument)| (name.to_string(), scope.argument(argument)))
        .filter(|(_, value)| !value.is_null())
        .collect();
    let (display, label) = present::tool_card(&program, &tool.def.name);
    let shown = BlockView::of(block).tools && display != domain::Display::Hidden;
    let call = Arc::new(ToolCall {
        id: machine.mint_call_id(),
        name: tool.def.name.clone(),
        arguments,
        display: if shown {
            display
        } else {
            domain::Display::Hidden
        },
        label,
        opaque: None,
    });
    if shown {
        effects.emit(present::tool_input_start(&call));
        present::tool_input_ready(&call)
            .into_iter()
            .for_each(|event| effects.emit(event));
    }
    machine.log(
        effects,
        LogBody::ToolCall {
            tool_name: call.name.clone(),
            tool_description: Some(tool.def.description.clone()),
            tool_arguments: call.arguments.clone(),
        },
    );
    machine.store(lane, block, Body::Call(Arc::clone(&call)), effects);
    machine.exec.lane_mut(lane).phase = Phase::Tools(vec![Slot {
        call,
        source: ToolSource::Block,
        shown,
    }]);
    machine.pause_if_idle(effects);
    Flow::Wait
}

/// The value that the block's variable takes.
pub(crate) fn output(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Output(value) => value.clone(),
        Outcome::Error(error) => json!({ "error": error }),
    }
}

impl Machine {
    /// A new tool-call id. The leg is in it, so that a leg that is run again never repeats one.
    pub(crate) fn mint_call_id(&mut self) -> ToolCallId {
        let number = self.exec.mint();
        ToolCallId::from(format!("{}-{}-{number}", self.exec.id, self.exec.leg))
    }
}
