//! The tool calls of a step: which are answered at once, which a client is asked for, and what happens
//! when the answers are there.

use std::sync::Arc;

use domain::{
    Body, ErrorInfo, ErrorSource, ErrorType, FinishReason, LogBody, Outcome, StreamEvent,
    ToolAnswer, ToolCall, ToolErrorInfo, ToolRequestCall, ToolSource,
};
use protocol::program::{Block, BlockKind};
use serde_json::{Value, json};

use crate::blocks::tool_call;
use crate::effects::{Effects, Point};
use crate::execution::{LaneId, Phase, Slot};
use crate::machine::Machine;

/// The result of a call that a continuation left out (CONTRACT 7.7).
const NO_RESULT: &str = "No result was provided.";

/// Where a round happens.
#[derive(Clone, Copy)]
struct At<'a> {
    lane: LaneId,
    block: &'a Block,
}

/// A call of a step, the flaw that keeps it from being run, and whether a client sees its card.
type Called = ((Arc<ToolCall>, Result<(), String>), bool);

impl Machine {
    /// Takes up the calls of a model step.
    pub(crate) fn begin_tool_round(
        &mut self,
        lane: LaneId,
        block: &Block,
        calls: Vec<Called>,
        effects: &mut Effects,
    ) {
        let mut slots = Vec::with_capacity(calls.len());
        let offered = match self.thread_config(block) {
            Ok(config) => config.tools,
            Err(error) => return self.fail(error, effects),
        };
        for (place, ((call, flaw), shown)) in calls.into_iter().enumerate() {
            self.log_call(&call, effects);
            let slot = Slot {
                call,
                source: ToolSource::Llm,
                shown,
            };
            match flaw.and_then(|()| self.check_call(&slot.call, place, &offered)) {
                Ok(()) => slots.push(slot),
                Err(flaw) => self.answer_at_once(At { lane, block }, &slot, flaw, effects),
            }
        }
        if slots.is_empty() {
            self.end_tool_round(lane, block, effects);
        } else {
            self.exec.lane_mut(lane).phase = Phase::Tools(slots);
            self.pause_if_idle(effects);
        }
    }

    /// Whether a call may be run at all.
    fn check_call(&self, call: &ToolCall, place: usize, offered: &[String]) -> Result<(), String> {
        let limit = self.limits.tool_calls_per_step;
        if !offered.contains(&call.name) {
            Err(format!("There is no tool `{}`.", call.name))
        } else if place >= limit {
            Err(format!("Not run: a step may call {limit} tools."))
        } else {
            Ok(())
        }
    }

    fn answer_at_once(&mut self, at: At<'_>, slot: &Slot, flaw: String, effects: &mut Effects) {
        if slot.shown {
            effects.emit(StreamEvent::ToolOutputError {
                tool_call_id: slot.call.id.clone(),
                error: flaw.clone(),
                worker_id: None,
            });
        }
        self.store_result(at, &slot.call, Outcome::Error(flaw), effects);
    }

    /// Asks the model again, or ends the block where it has no step left (CONTRACT 7.9).
    fn end_tool_round(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        let next = match self.thread_config(block) {
            Ok(config) if self.exec.steps_of(lane) >= config.max_steps => {
                self.exec.reason = FinishReason::Stop;
                return self.end_block(lane, block, effects);
            }
            Ok(_) => self.ask_model(lane, block, effects),
            Err(error) => Err(error),
        };
        if let Err(error) = next {
            self.fail(error, effects);
        }
    }

    /// Ends the leg with one request for all open calls, unless something is still in flight.
    pub(crate) fn pause_if_idle(&self, effects: &mut Effects) {
        if !self.exec.calls.is_empty() {
            return;
        }
        let tool_calls = self
            .exec
            .lanes
            .values()
            .filter_map(|lane| match &lane.phase {
                Phase::Tools(slots) => Some((lane.index, slots)),
                Phase::Ready | Phase::Model(_) => None,
            })
            .flat_map(|(index, slots)| slots.iter().map(move |slot| (index, slot)))
            .map(|(index, slot)| self.request_of(index, slot))
            .collect();
        effects.commit().point = Point::Pause;
        effects.emit(StreamEvent::ToolRequest {
            tool_calls,
            worker_id: None,
        });
        effects.emit(StreamEvent::Finish {
            finish_reason: FinishReason::ToolCalls,
            execution_id: self.exec.id.clone(),
        });
    }

    fn request_of(&self, index: usize, slot: &Slot) -> ToolRequestCall {
        let block = self.handler().get(index);
        let output_variable = block
            .and_then(|block| block.kind.as_tool_call())
            .and_then(|kind| kind.output.clone());
        ToolRequestCall {
            tool_call_id: slot.call.id.clone(),
            tool_name: slot.call.name.clone(),
            args: slot.call.arguments.clone(),
            source: slot.source,
            output_variable,
            block_index: (slot.source == ToolSource::Block).then_some(index),
            thread: block
                .map(|block| &block.thread)
                .filter(|thread| !thread.is_main())
                .cloned(),
            worker_id: None,
        }
    }

    /// Begins a later leg with the results that the client posted.
    pub(crate) fn take_results(
        &mut self,
        leg: u32,
        mut results: Vec<ToolAnswer>,
        effects: &mut Effects,
    ) {
        self.exec.leg = leg;
        effects.commit();
        self.emit_start(effects);
        let program = Arc::clone(&self.program);
        let lanes: Vec<LaneId> = self.exec.lanes.keys().copied().collect();
        for lane in lanes {
            let Some(block) = self.exec.block(&program, lane) else {
                continue;
            };
            let phase = std::mem::replace(&mut self.exec.lane_mut(lane).phase, Phase::Ready);
            let Phase::Tools(slots) = phase else { continue };
            for slot in &slots {
                let place = results
                    .iter()
                    .position(|answer| answer.tool_call_id == slot.call.id);
                let answer = place.map(|place| results.swap_remove(place));
                self.take_answer(At { lane, block }, slot, answer, effects);
            }
            if matches!(block.kind, BlockKind::ToolCall(_)) {
                self.end_block(lane, block, effects);
            } else {
                self.end_tool_round(lane, block, effects);
            }
        }
    }

    fn take_answer(
        &mut self,
        at: At<'_>,
        slot: &Slot,
        answer: Option<ToolAnswer>,
        effects: &mut Effects,
    ) {
        let outcome = match answer {
            Some(answer) => {
                self.take_files(at, slot, &answer, effects);
                match answer.error {
                    Some(error) => Outcome::Error(error),
                    None => Outcome::Output(answer.result.unwrap_or(Value::Null)),
                }
            }
            None => return self.answer_missing(at, slot, effects),
        };
        self.finish_answer(at, slot, outcome, effects);
    }

    /// The client knows the results that it sent itself, but not that of a call it left out.
    fn answer_missing(&mut self, at: At<'_>, slot: &Slot, effects: &mut Effects) {
        if slot.shown {
            effects.emit(StreamEvent::ToolOutputError {
                tool_call_id: slot.call.id.clone(),
                error: NO_RESULT.into(),
                worker_id: None,
            });
        }
        self.finish_answer(at, slot, Outcome::Error(NO_RESULT.into()), effects);
    }

    fn finish_answer(&mut self, at: At<'_>, slot: &Slot, outcome: Outcome, effects: &mut Effects) {
        if let BlockKind::ToolCall(kind) = &at.block.kind {
            if let Outcome::Error(error) = &outcome {
                self.log(
                    effects,
                    LogBody::Error {
                        error: tool_error(&slot.call, error),
                    },
                );
            }
            if let Some(output) = &kind.output {
                self.set_variable(output, tool_call::output(&outcome), effects);
            }
        }
        self.store_result(at, &slot.call, outcome, effects);
    }

    fn take_files(&self, at: At<'_>, slot: &Slot, answer: &ToolAnswer, effects: &mut Effects) {
        for file in &answer.files {
            let call = Some(slot.call.id.clone());
            let body = Body::File {
                file: file.clone(),
                call: call.clone(),
            };
            self.store(at.lane, at.block, body, effects);
            if slot.shown {
                let file = file.clone();
                effects.emit(StreamEvent::FileAvailable {
                    file,
                    tool_call_id: call,
                    worker_id: None,
                });
            }
        }
    }

    fn store_result(&self, at: At<'_>, call: &ToolCall, outcome: Outcome, effects: &mut Effects) {
        let tool_result = match &outcome {
            Outcome::Output(value) => value.clone(),
            Outcome::Error(error) => json!({ "error": error }),
        };
        self.log(
            effects,
            LogBody::ToolResult {
                tool_name: call.name.clone(),
                tool_result,
            },
        );
        let body = Body::Result {
            call: call.id.clone(),
            outcome: Arc::new(outcome),
        };
        self.store(at.lane, at.block, body, effects);
    }

    pub(crate) fn log_call(&self, call: &ToolCall, effects: &mut Effects) {
        let tool = self.program.tool(&call.name);
        self.log(
            effects,
            LogBody::ToolCall {
                tool_name: call.name.clone(),
                tool_description: tool.map(|tool| tool.def.description.clone()),
                tool_arguments: call.arguments.clone(),
            },
        );
    }
}

fn tool_error(call: &ToolCall, error: &str) -> ErrorInfo {
    ErrorInfo {
        source: ErrorSource::Tool,
        tool: Some(ToolErrorInfo {
            name: call.name.clone(),
            call_id: Some(call.id.clone()),
        }),
        ..ErrorInfo::platform(ErrorType::ToolError, error)
    }
}
