//! The calls of a step or a block: who answers each, what a client is asked for, and what happens when
//! the answers are there.

use std::sync::Arc;

use domain::{
    Audience, Body, Display, ErrorInfo, ErrorSource, ErrorType, FileReference, FinishReason,
    JsonMap, LogBody, Outcome, StreamEvent, ToolAnswer, ToolCall, ToolCallId, ToolErrorInfo,
    ToolRequestCall, ToolSource,
};
use protocol::program::Block;
use serde_json::{Value, json};

use crate::CallId;
use crate::blocks::media;
use crate::bounded;
use crate::builtin;
use crate::draft::{Card, Home};
use crate::effects::{Effects, Point, Request};
use crate::execution::Target;
use crate::input::{Continue, ToolReply};
use crate::lane::{By, LaneId, Phase, Slot};
use crate::machine::Machine;
use crate::object;
use crate::offer::Offered;
use crate::present;
use crate::worker::Calling;

/// The result of a call that a continuation left out (CONTRACT 7.7).
const NO_RESULT: &str = "No result was provided.";

/// Where a call is made.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) lane: LaneId,
    pub(crate) block: &'a Block,
}

/// A call of a model's step, and the flaw that keeps it from being run.
pub(crate) struct Called {
    pub(crate) call: Arc<ToolCall>,
    pub(crate) flaw: Result<(), String>,
    pub(crate) card: Card,
}

impl Machine {
    /// Takes up the calls of a model's step.
    pub(crate) fn begin_calls(&mut self, at: At<'_>, calls: Vec<Called>, effects: &mut Effects) {
        let program = self.program(at.lane);
        let toolset = self.toolset(at.lane, at.block);
        let offered: Vec<Option<Offered<'_>>> = calls
            .iter()
            .map(|called| self.offered(&program, &toolset, &called.call.name))
            .collect();
        let slot = |(called, offered): (&Called, &Option<Offered<'_>>)| Slot {
            call: Arc::clone(&called.call),
            source: ToolSource::Llm,
            by: match offered {
                Some(Offered::Client { .. }) => By::Client,
                Some(Offered::Worker(_)) => By::Worker,
                Some(Offered::Builtin(_)) | None => By::Server,
            },
            card: called.card.clone(),
        };
        let slots = calls.iter().zip(&offered).map(slot).collect();
        self.exec.set_phase(at.lane, Phase::Calls(slots));
        for (place, (called, offered)) in calls.into_iter().zip(offered).enumerate() {
            let limit = self.environment.limits.tool_calls_per_step;
            let flaw = if place < limit {
                called.flaw.clone()
            } else {
                Err(format!("Not run: a step may call {limit} tools."))
            };
            match offered {
                Some(Offered::Worker(worker)) => {
                    let calling = Calling {
                        call: &called.call,
                        card: &called.card,
                        display: worker.display,
                        label: worker.label.clone(),
                    };
                    self.start_worker(at, calling, flaw, effects);
                }
                offered => self.dispatch(at, &called.call, offered, flaw, effects),
            }
        }
    }

    /// Has a call run that is no worker's, or answers it at once.
    fn dispatch(
        &mut self,
        at: At<'_>,
        call: &Arc<ToolCall>,
        offered: Option<Offered<'_>>,
        flaw: Result<(), String>,
        effects: &mut Effects,
    ) {
        self.log_call(at.lane, call, offered.as_ref(), effects);
        let by_client = matches!(offered, Some(Offered::Client { .. }));
        let outcome = match (flaw, offered) {
            (Err(flaw), _) => Outcome::Error(flaw),
            (Ok(()), None) => Outcome::Error(format!("There is no tool `{}`.", call.name)),
            (Ok(()), Some(Offered::Builtin(builtin))) => {
                match builtin::run(self, at, builtin, &call.arguments, effects) {
                    Some(outcome) => outcome,
                    None => return self.ask_server(at.lane, call, effects),
                }
            }
            (Ok(()), Some(Offered::Client { .. } | Offered::Worker(_))) => return,
        };
        if let (Outcome::Error(error), false) = (&outcome, by_client) {
            self.log_error(at.lane, tool_error(call, error), effects);
        }
        self.answer_here(at.lane, &call.id, outcome, effects);
    }

    /// Asks the runtime for what takes time.
    pub(crate) fn ask_server(&mut self, lane: LaneId, call: &Arc<ToolCall>, effects: &mut Effects) {
        let id = CallId(self.exec.mint());
        let target = Target {
            lane,
            call: Some(call.id.clone()),
        };
        self.exec.calls.insert(id, target);
        let request = Request::Builtin(Arc::clone(call));
        effects.calls.push((id, request));
    }

    /// Takes the answer of a built-in tool.
    pub(crate) fn take_reply(
        &mut self,
        lane: LaneId,
        call: &ToolCallId,
        reply: Result<ToolReply, ErrorInfo>,
        effects: &mut Effects,
    ) {
        effects.commit();
        let program = self.program(lane);
        let Some(block) = self.exec.block(&program, lane) else {
            return;
        };
        let at = At { lane, block };
        let asked = self.slot(lane, call).map(|slot| Arc::clone(&slot.call));
        if let Some(asked) = asked.filter(|_| media::is_media(&block.kind)) {
            return media::finish(self, at, (&asked, reply), effects);
        }
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) => {
                let outcome = Outcome::Error(error.safe_message().to_owned());
                self.log_error(lane, error, effects);
                return self.answer_here(lane, call, outcome, effects);
            }
        };
        let made = Made::of(self, at, call);
        self.take_files(at, &made, &reply.files, effects);
        self.answer_here(lane, call, Outcome::Output(reply.output), effects);
        for source in reply.sources {
            self.store_made(at, &made, Body::Source(source.clone()), effects);
            if made.shown {
                effects.emit(StreamEvent::Source {
                    source,
                    worker_id: self.worker_id(lane),
                });
            }
        }
    }

    /// Answers a call, and tells the client, which does not know the outcome yet.
    pub(crate) fn answer_here(
        &mut self,
        lane: LaneId,
        call: &ToolCallId,
        outcome: Outcome,
        effects: &mut Effects,
    ) {
        if let Some(slot) = self.slot(lane, call).filter(|slot| slot.card == Card::Tool) {
            let worker_id = self.worker_id(lane);
            effects.emit(present::tool_output(&slot.call, &outcome, worker_id));
        }
        self.answer(lane, call, outcome, effects);
    }

    /// Stores the answer of a call. Where it was the last one that its lane waited for, the lane goes on.
    pub(crate) fn answer(
        &mut self,
        lane: LaneId,
        call: &ToolCallId,
        outcome: Outcome,
        effects: &mut Effects,
    ) {
        let lane_state = self.exec.lanes.get_mut(&lane);
        let Some(Phase::Calls(slots)) = lane_state.map(|lane| &mut lane.phase) else {
            return;
        };
        let Some(place) = slots.iter().position(|slot| slot.call.id == *call) else {
            return;
        };
        let slot = slots.remove(place);
        let last = slots.is_empty();
        let program = self.program(lane);
        if let Some(block) = self.exec.block(&program, lane) {
            let at = At { lane, block };
            if let By::Summarizer { .. } = slot.by {
                return self.go_on_behind_summary(at, &slot, &outcome, effects);
            }
            self.keep_answer(at, &slot, outcome, effects);
        }
        if last {
            self.ready.push_back(lane);
        }
    }

    fn keep_answer(&mut self, at: At<'_>, slot: &Slot, outcome: Outcome, effects: &mut Effects) {
        let of_block = at.block.kind.as_next_message().is_none();
        // A worker and a tool of the server that fail have an entry already.
        if let (Outcome::Error(error), By::Client) = (&outcome, slot.by) {
            self.log_error(at.lane, tool_error(&slot.call, error), effects);
        }
        if of_block {
            self.set_output(at, output_of(&outcome), effects);
        } else {
            self.log_bounded(at, &slot.call, &outcome, effects);
        }
        if slot.by != By::Worker {
            let entry = LogBody::ToolResult {
                tool_name: slot.call.name.clone(),
                tool_result: output_of(&outcome),
            };
            self.log(at.lane, effects, entry);
        } else if of_block {
            // No model has asked for it, and the worker's marks say it all.
            return;
        }
        let body = Body::Result {
            call: slot.call.id.clone(),
            outcome: Arc::new(outcome),
        };
        self.store(at.lane, at.block, body, effects);
    }

    /// Notes that a model is not shown all of a result.
    fn log_bounded(&self, at: At<'_>, call: &ToolCall, outcome: &Outcome, effects: &mut Effects) {
        let Some(max_tokens) = self.max_tool_output(at.lane, at.block) else {
            return;
        };
        if let Some(original_chars) = bounded::too_long(outcome, max_tokens) {
            let entry = LogBody::ToolOutputBounded {
                tool_call_id: call.id.clone(),
                tool_name: call.name.clone(),
                original_chars,
                max_tool_output_tokens: max_tokens,
            };
            self.log(at.lane, effects, entry);
        }
    }

    /// Goes on where all calls of a lane are answered.
    pub(crate) fn end_calls(&mut self, lane: LaneId, effects: &mut Effects) {
        let program = self.program(lane);
        let Some(block) = self.exec.block(&program, lane) else {
            return;
        };
        if block.kind.as_next_message().is_none() {
            return self.end_block(lane, block, effects);
        }
        // Asks the model again, or ends the block where it has no step left (CONTRACT 7.9).
        let next = match self.thread_config(lane, block) {
            Ok(config) if self.exec.steps_of(lane) >= config.max_steps => {
                if object::response_type(block).is_some() {
                    let message = "The model called tools in its last step instead of answering.";
                    let error = ErrorInfo::platform(ErrorType::ProtocolError, message);
                    return self.fail(lane, error, effects);
                }
                if lane == LaneId::ROOT {
                    self.exec.reason = FinishReason::Stop;
                }
                return self.end_block(lane, block, effects);
            }
            Ok(_) => {
                self.reopen_block(lane, block, effects);
                self.ask_model(lane, block, effects)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = next {
            self.fail(lane, error, effects);
        }
    }

    /// Ends the leg with one request for all calls that a client answers: nothing is in flight.
    pub(crate) fn pause(&self, effects: &mut Effects) {
        let mut tool_calls = Vec::new();
        for (id, lane) in &self.exec.lanes {
            if let Phase::Calls(slots) = &lane.phase {
                let asked = slots.iter().filter(|slot| slot.by == By::Client);
                tool_calls.extend(asked.map(|slot| self.request_of(*id, slot)));
            }
        }
        let mut workers = tool_calls.iter().map(|call| &call.worker_id);
        let first = workers.next().cloned().flatten();
        let worker_id = first.filter(|first| workers.all(|it| it.as_ref() == Some(first)));
        effects.commit().point = Point::Pause;
        effects.emit(StreamEvent::ToolRequest {
            tool_calls,
            worker_id,
        });
        effects.emit(StreamEvent::Finish {
            finish_reason: FinishReason::ToolCalls,
            execution_id: self.exec.id.clone(),
        });
    }

    fn request_of(&self, lane: LaneId, slot: &Slot) -> ToolRequestCall {
        let program = self.program(lane);
        let block = self.exec.block(&program, lane);
        let output_variable = block
            .and_then(|block| block.kind.as_tool_call())
            .and_then(|kind| kind.output.clone());
        ToolRequestCall {
            tool_call_id: slot.call.id.clone(),
            tool_name: self.client_name(lane, &slot.call.name),
            args: slot.call.arguments.clone(),
            source: slot.source,
            output_variable,
            block_index: (slot.source == ToolSource::Block).then(|| self.exec.index(lane)),
            thread: block
                .map(|block| &block.thread)
                .filter(|thread| !thread.is_main())
                .cloned(),
            worker_id: self.worker_id(lane),
        }
    }

    /// Begins a later leg with the results that the client posted.
    pub(crate) fn take_results(&mut self, go_on: Continue, effects: &mut Effects) {
        let mut results = go_on.results;
        self.exec.leg = go_on.leg;
        effects.commit();
        self.take_dynamic_tools(go_on.dynamic_tools, effects);
        self.emit_start(effects);
        let mut asked = Vec::new();
        for (id, lane) in &self.exec.lanes {
            if let Phase::Calls(slots) = &lane.phase {
                let ours = slots.iter().filter(|slot| slot.by == By::Client);
                asked.extend(ours.map(|slot| (*id, slot.call.id.clone())));
            }
        }
        for (lane, call) in asked {
            let place = results
                .iter()
                .position(|answer| answer.tool_call_id == call);
            let answer = place.map(|place| results.remove(place));
            self.take_answer(lane, &call, answer, effects);
        }
    }

    fn take_answer(
        &mut self,
        lane: LaneId,
        call: &ToolCallId,
        answer: Option<ToolAnswer>,
        effects: &mut Effects,
    ) {
        let Some(answer) = answer else {
            return self.answer_here(lane, call, Outcome::Error(NO_RESULT.into()), effects);
        };
        let program = self.program(lane);
        if let Some(block) = self.exec.block(&program, lane) {
            let at = At { lane, block };
            let made = Made::of(self, at, call);
            self.take_files(at, &made, &answer.files, effects);
        }
        let outcome = match answer.error {
            Some(error) => Outcome::Error(error),
            None => Outcome::Output(answer.result.unwrap_or(Value::Null)),
        };
        // The client knows the results that it sent itself, but not that they are a worker's.
        if self.worker(lane).is_some() {
            self.answer_here(lane, call, outcome, effects);
        } else {
            self.answer(lane, call, outcome, effects);
        }
    }

    fn take_files(
        &mut self,
        at: At<'_>,
        made: &Made,
        files: &[FileReference],
        effects: &mut Effects,
    ) {
        // The part must not be taken for one of a worker's block.
        if made.shown && !files.is_empty() {
            self.reopen_block(at.lane, at.block, effects);
        }
        for file in files {
            let body = Body::File {
                file: file.clone(),
                call: Some(made.call.clone()),
            };
            self.store_made(at, made, body, effects);
            if made.shown {
                effects.emit(StreamEvent::FileAvailable {
                    file: file.clone(),
                    tool_call_id: Some(made.call.clone()),
                    worker_id: self.worker_id(at.lane),
                });
            }
        }
    }

    /// Stores what a call made for those who read it.
    fn store_made(&self, at: At<'_>, made: &Made, body: Body, effects: &mut Effects) {
        let Some(audience) = made.audience else {
            return;
        };
        let home = self.home(at.lane, at.block);
        let item = Home { audience, ..home }.item(body);
        effects.commit().items.push(item);
    }

    /// A call that a lane waits for.
    fn slot(&self, lane: LaneId, call: &ToolCallId) -> Option<&Slot> {
        match &self.exec.lanes.get(&lane)?.phase {
            Phase::Calls(slots) => slots.iter().find(|slot| slot.call.id == *call),
            Phase::Ready | Phase::Model(_) => None,
        }
    }

    pub(crate) fn log_call(
        &self,
        lane: LaneId,
        call: &ToolCall,
        offered: Option<&Offered<'_>>,
        effects: &mut Effects,
    ) {
        let entry = LogBody::ToolCall {
            tool_name: call.name.clone(),
            tool_description: offered.map(Offered::description),
            tool_arguments: call.arguments.clone(),
        };
        self.log(lane, effects, entry);
    }

    /// A call that no model made, and of which a client sees no card.
    pub(crate) fn own_call(&mut self, name: String, arguments: JsonMap) -> Arc<ToolCall> {
        Arc::new(ToolCall {
            id: self.mint_call_id(),
            name,
            arguments,
            display: Display::Hidden,
            label: None,
            opaque: None,
        })
    }

    /// A new tool-call id. The leg is in it, so that a leg that is run again never repeats one.
    pub(crate) fn mint_call_id(&mut self) -> ToolCallId {
        let number = self.exec.mint();
        ToolCallId::from(format!("{}-{}-{number}", self.exec.id, self.exec.leg))
    }
}

/// A call that makes more than its output, and who sees that.
struct Made {
    call: ToolCallId,
    /// Whether a client sees its card.
    shown: bool,
    audience: Option<Audience>,
}

impl Made {
    fn of(machine: &Machine, at: At<'_>, call: &ToolCallId) -> Self {
        let slot = machine.slot(at.lane, call);
        let hidden = slot.is_none_or(|slot| slot.call.display == Display::Hidden);
        let audience = machine.home(at.lane, at.block).audience;
        Self {
            call: call.clone(),
            shown: slot.is_some_and(|slot| slot.card == Card::Tool),
            // A hidden call of a block has no reader at all.
            audience: match hidden {
                false => Some(audience),
                true => audience.reaches_model().then_some(Audience::Model),
            },
        }
    }
}

/// The value that a block's variable takes.
pub(crate) fn output_of(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Output(value) => value.clone(),
        Outcome::Error(error) => json!({ "error": error }),
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
