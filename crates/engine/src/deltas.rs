//! Taking in a model's answer, piece by piece. A text delta is appended to the draft and sent on;
//! nothing else happens for it.

use std::sync::Arc;

use domain::{Delta, Display, ErrorInfo, ErrorType, FinishReason, StreamEvent, ToolCall, WorkerId};
use protocol::program::Block;
use serde_json::Value;

use crate::CallId;
use crate::draft::{Card, Draft, DraftCall, DraftPart};
use crate::effects::Effects;
use crate::lane::{LaneId, Phase};
use crate::machine::Machine;
use crate::offer::Offered;
use crate::present::{self, BlockView};

impl Machine {
    /// Takes in a piece of a model's answer.
    pub(crate) fn model_delta(
        &mut self,
        lane: LaneId,
        call: CallId,
        delta: Delta,
        effects: &mut Effects,
    ) {
        let program = self.program(lane);
        let Some(block) = self.exec.block(&program, lane) else {
            return;
        };
        let view = self.view(lane, block);
        match delta {
            Delta::Text(text) => self.text_delta(lane, text, view, effects),
            Delta::Reasoning(text) => self.reasoning_delta(lane, text, view, effects),
            Delta::ReasoningEnd { opaque } => self.reasoning_end(lane, opaque, view, effects),
            Delta::ToolStart { slot, name, opaque } => {
                let offered = self.offered(&program, &self.toolset(lane, block), &name);
                let began = Began { slot, name, opaque };
                self.tool_start(lane, began, offered, view, effects);
            }
            Delta::ToolArguments { slot, fragment } => {
                self.tool_arguments(lane, slot, fragment, effects);
            }
            Delta::ToolEnd { slot } => {
                let worker_id = self.worker_id(lane);
                if let Some(call) = self.draft_mut(lane).and_then(|draft| draft.call_mut(slot)) {
                    end_call(call, worker_id, effects);
                }
            }
            Delta::Source(source) => {
                self.close_part(lane, view, effects);
                if let Some(draft) = self.draft_mut(lane) {
                    draft.parts.push(DraftPart::Source(source.clone()));
                }
                if view.content {
                    effects.emit(StreamEvent::Source {
                        source,
                        worker_id: self.worker_id(lane),
                    });
                }
            }
            Delta::Fallback(fallback) => self.fall_back(lane, *fallback, effects),
            Delta::Adapted(adapted) => self.note_adapted(lane, *adapted, effects),
            Delta::Usage(usage) => {
                if let Some(draft) = self.draft_mut(lane) {
                    draft.usage = usage;
                }
            }
            Delta::Finish(reason) => {
                self.exec.calls.remove(&call);
                self.finish_step(lane, block, reason, effects);
            }
        }
        self.check_length(lane, effects);
        self.check_repetition(lane, call, block, effects);
    }

    fn text_delta(&mut self, lane: LaneId, delta: String, view: BlockView, effects: &mut Effects) {
        let open = matches!(
            self.last_part(lane),
            Some(DraftPart::Text { open: true, .. })
        );
        if !open {
            self.open_text(lane, view, effects);
        }
        let worker_id = self.worker_id(lane);
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        draft.text_bytes += delta.len();
        let (object, last) = (draft.object.as_mut(), draft.parts.last_mut());
        let Some(DraftPart::Text { id, text, .. }) = last else {
            return;
        };
        text.push_str(&delta);
        if !view.content {
            return;
        }
        match object {
            Some(object) => {
                let events = object.take(id, &delta, worker_id.as_ref());
                events.into_iter().for_each(|event| effects.emit(event));
            }
            None => effects.emit(StreamEvent::TextDelta {
                id: Arc::clone(id),
                delta,
                worker_id: self.worker_id(lane),
            }),
        }
    }

    fn open_text(&mut self, lane: LaneId, view: BlockView, effects: &mut Effects) {
        self.close_part(lane, view, effects);
        let id = self.mint_text_id();
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        let held = draft.object.is_some();
        draft.parts.push(DraftPart::Text {
            id: Arc::clone(&id),
            text: String::new(),
            open: true,
            held,
        });
        if view.content && !held {
            effects.emit(StreamEvent::TextStart {
                id,
                response_type: None,
                worker_id: self.worker_id(lane),
            });
        }
    }

    fn reasoning_delta(
        &mut self,
        lane: LaneId,
        delta: String,
        view: BlockView,
        effects: &mut Effects,
    ) {
        self.open_reasoning(lane, view, effects);
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        draft.text_bytes += delta.len();
        if let Some(DraftPart::Reasoning { id, text, .. }) = draft.parts.last_mut() {
            text.push_str(&delta);
            if view.content {
                let id = Arc::clone(id);
                effects.emit(StreamEvent::ReasoningDelta {
                    id,
                    delta,
                    worker_id: self.worker_id(lane),
                });
            }
        }
    }

    fn open_reasoning(&mut self, lane: LaneId, view: BlockView, effects: &mut Effects) {
        if matches!(
            self.last_part(lane),
            Some(DraftPart::Reasoning { open: true, .. })
        ) {
            return;
        }
        self.close_part(lane, view, effects);
        let id = self.mint_text_id();
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        let text = String::new();
        draft.parts.push(DraftPart::Reasoning {
            id: Arc::clone(&id),
            text,
            opaque: None,
            open: true,
        });
        if view.content {
            effects.emit(StreamEvent::ReasoningStart {
                id,
                worker_id: self.worker_id(lane),
            });
        }
    }

    fn reasoning_end(
        &mut self,
        lane: LaneId,
        data: Option<Value>,
        view: BlockView,
        effects: &mut Effects,
    ) {
        self.open_reasoning(lane, view, effects);
        if let Some(DraftPart::Reasoning { opaque, .. }) = self
            .draft_mut(lane)
            .and_then(|draft| draft.parts.last_mut())
        {
            *opaque = data.map(Arc::new);
        }
        self.close_part(lane, view, effects);
    }

    fn tool_start(
        &mut self,
        lane: LaneId,
        began: Began,
        offered: Option<Offered<'_>>,
        view: BlockView,
        effects: &mut Effects,
    ) {
        self.close_part(lane, view, effects);
        self.release_text(lane, view, effects);
        // What is withheld as it happens may be seen on a reload (CONTRACT 7.2).
        let (display, label) = match &offered {
            Some(offered) if view.audience.reaches_client() => offered.card(),
            Some(_) | None => (Display::Hidden, None),
        };
        let call = ToolCall {
            id: self.mint_call_id(),
            name: began.name,
            arguments: domain::JsonMap::new(),
            display,
            label,
            opaque: began.opaque,
        };
        let card = match offered {
            Some(Offered::Worker(worker)) => self.worker_card(view.tools, worker),
            Some(_) if view.tools && display != Display::Hidden => Card::Tool,
            Some(_) | None => Card::Hidden,
        };
        match (&card, offered) {
            (Card::Worker(id), Some(Offered::Worker(worker))) => {
                effects.emit(StreamEvent::WorkerInputStart {
                    worker_id: id.clone(),
                    worker_slug: Arc::clone(&worker.slug),
                    description: worker.label.clone(),
                });
            }
            (Card::Tool, _) => {
                effects.emit(present::tool_input_start(&call, self.worker_id(lane)));
            }
            (Card::Worker(_) | Card::Hidden, _) => {}
        }
        if let Some(draft) = self.draft_mut(lane) {
            draft.parts.push(DraftPart::Call(DraftCall {
                slot: began.slot,
                call: Arc::new(call),
                arguments: String::new(),
                ended: false,
                flaw: None,
                card,
            }));
        }
    }

    fn tool_arguments(&mut self, lane: LaneId, slot: u32, fragment: String, effects: &mut Effects) {
        let worker_id = self.worker_id(lane);
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        draft.text_bytes += fragment.len();
        let Some(call) = draft.call_mut(slot) else {
            return;
        };
        call.arguments.push_str(&fragment);
        if fragment.is_empty() {
            return;
        }
        match &call.card {
            Card::Tool if present::shows_arguments(call.call.display) => {
                effects.emit(StreamEvent::ToolInputDelta {
                    tool_call_id: call.call.id.clone(),
                    input_text_delta: fragment,
                    worker_id,
                });
            }
            Card::Worker(id) => effects.emit(StreamEvent::WorkerInputDelta {
                worker_id: id.clone(),
                delta: fragment,
            }),
            Card::Tool | Card::Hidden => {}
        }
    }

    /// Closes the open text or reasoning: a client has one of each at the most (CONTRACT 3.3).
    pub(crate) fn close_part(&mut self, lane: LaneId, view: BlockView, effects: &mut Effects) {
        let closed = match self
            .draft_mut(lane)
            .and_then(|draft| draft.parts.last_mut())
        {
            Some(DraftPart::Text {
                open, held: true, ..
            }) => {
                *open = false;
                return;
            }
            Some(DraftPart::Text { id, open, .. }) if *open => {
                *open = false;
                StreamEvent::TextEnd {
                    id: Arc::clone(id),
                    worker_id: self.worker_id(lane),
                }
            }
            Some(DraftPart::Reasoning { id, open, .. }) if *open => {
                *open = false;
                StreamEvent::ReasoningEnd {
                    id: Arc::clone(id),
                    worker_id: self.worker_id(lane),
                }
            }
            Some(_) | None => return,
        };
        if view.content {
            effects.emit(closed);
        }
    }

    fn check_length(&mut self, lane: LaneId, effects: &mut Effects) {
        let limit = self.environment.limits.message_text_bytes;
        if self
            .draft_mut(lane)
            .is_some_and(|draft| draft.text_bytes > limit)
        {
            let message = format!("The model's answer is longer than {limit} bytes.");
            self.fail(
                lane,
                ErrorInfo::platform(ErrorType::ExecutionError, message),
                effects,
            );
        }
    }

    /// Ends an answer that repeats itself without end, and does not wait for its length to be used up.
    fn check_repetition(
        &mut self,
        lane: LaneId,
        call: CallId,
        block: &Block,
        effects: &mut Effects,
    ) {
        if !self.draft_mut(lane).is_some_and(Draft::cut_repetition) {
            return;
        }
        let message = "The model repeated itself without end, so its answer was cut off.";
        let error = ErrorInfo::platform(ErrorType::ExecutionError, message);
        self.log_error(lane, error, effects);
        self.exec.calls.remove(&call);
        effects.aborts.push(call);
        self.finish_step(lane, block, FinishReason::Length, effects);
    }

    pub(crate) fn draft_mut(&mut self, lane: LaneId) -> Option<&mut Draft> {
        match &mut self.exec.lanes.get_mut(&lane)?.phase {
            Phase::Model(draft) => Some(draft),
            Phase::Ready | Phase::Calls(_) => None,
        }
    }

    fn last_part(&mut self, lane: LaneId) -> Option<&DraftPart> {
        self.draft_mut(lane)?.parts.last()
    }

    /// A new id of a text or a reasoning.
    pub(crate) fn mint_text_id(&mut self) -> Arc<str> {
        let number = self.exec.mint();
        format!("{}.{}-{number}", self.exec.id, self.exec.leg).into()
    }
}

/// Ends a call's arguments, once.
pub(crate) fn end_call(call: &mut DraftCall, worker_id: Option<WorkerId>, effects: &mut Effects) {
    if !call.end() {
        return;
    }
    match &call.card {
        Card::Hidden => {}
        Card::Tool => present::tool_input_ready(&call.call, worker_id)
            .into_iter()
            .for_each(|event| effects.emit(event)),
        Card::Worker(id) => effects.emit(StreamEvent::WorkerInputReady {
            worker_id: id.clone(),
            input: call.call.arguments.clone(),
        }),
    }
}

/// The beginning of a call, as the model gives it.
struct Began {
    slot: u32,
    name: String,
    opaque: Option<Value>,
}
