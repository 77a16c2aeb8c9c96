//! Taking in a model's answer, piece by piece. A text delta is appended to the draft and sent on;
//! nothing else happens for it.

use std::sync::Arc;

use domain::{Delta, Display, ErrorInfo, ErrorType, StreamEvent, ToolCall};
use serde_json::Value;

use crate::CallId;
use crate::draft::{Draft, DraftCall, DraftPart};
use crate::effects::Effects;
use crate::execution::{LaneId, Phase};
use crate::machine::Machine;
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
        let program = Arc::clone(&self.program);
        let Some(block) = self.exec.block(&program, lane) else {
            return;
        };
        let view = BlockView::of(block);
        match delta {
            Delta::Text(text) => self.text_delta(lane, text, view, effects),
            Delta::Reasoning(text) => self.reasoning_delta(lane, text, view, effects),
            Delta::ReasoningEnd { opaque } => self.reasoning_end(lane, opaque, view, effects),
            Delta::ToolStart { slot, name, opaque } => {
                let (display, label) = present::tool_card(&program, &name);
                let shown = view.tools && display != Display::Hidden;
                let display = if shown { display } else { Display::Hidden };
                let (id, arguments) = (self.mint_call_id(), domain::JsonMap::new());
                let call = ToolCall {
                    id,
                    name,
                    arguments,
                    display,
                    label,
                    opaque,
                };
                self.tool_start(lane, slot, call, view, effects);
            }
            Delta::ToolArguments { slot, fragment } => {
                self.tool_arguments(lane, slot, fragment, effects);
            }
            Delta::ToolEnd { slot } => {
                if let Some(call) = self.draft_mut(lane).and_then(|draft| draft.call_mut(slot)) {
                    end_call(call, effects);
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
                        worker_id: None,
                    });
                }
            }
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
    }

    fn text_delta(&mut self, lane: LaneId, delta: String, view: BlockView, effects: &mut Effects) {
        let open = matches!(
            self.last_part(lane),
            Some(DraftPart::Text { open: true, .. })
        );
        if !open {
            self.open_text(lane, view, effects);
        }
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
                let events = object.take(id, &delta);
                events.into_iter().for_each(|event| effects.emit(event));
            }
            None => effects.emit(StreamEvent::TextDelta {
                id: Arc::clone(id),
                delta,
                worker_id: None,
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
                worker_id: None,
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
                    worker_id: None,
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
                worker_id: None,
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
        slot: u32,
        call: ToolCall,
        view: BlockView,
        effects: &mut Effects,
    ) {
        self.close_part(lane, view, effects);
        self.release_text(lane, view, effects);
        let shown = call.display != Display::Hidden;
        if shown {
            effects.emit(present::tool_input_start(&call));
        }
        if let Some(draft) = self.draft_mut(lane) {
            let arguments = String::new();
            let call = DraftCall {
                slot,
                call,
                arguments,
                ended: false,
                shown,
            };
            draft.parts.push(DraftPart::Call(call));
        }
    }

    fn tool_arguments(&mut self, lane: LaneId, slot: u32, fragment: String, effects: &mut Effects) {
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        draft.text_bytes += fragment.len();
        let Some(call) = draft.call_mut(slot) else {
            return;
        };
        call.arguments.push_str(&fragment);
        if call.shown && present::shows_arguments(call.call.display) && !fragment.is_empty() {
            effects.emit(StreamEvent::ToolInputDelta {
                tool_call_id: call.call.id.clone(),
                input_text_delta: fragment,
                worker_id: None,
            });
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
                    worker_id: None,
                }
            }
            Some(DraftPart::Reasoning { id, open, .. }) if *open => {
                *open = false;
                StreamEvent::ReasoningEnd {
                    id: Arc::clone(id),
                    worker_id: None,
                }
            }
            Some(_) | None => return,
        };
        if view.content {
            effects.emit(closed);
        }
    }

    fn check_length(&mut self, lane: LaneId, effects: &mut Effects) {
        let limit = self.limits.message_text_bytes;
        if self
            .draft_mut(lane)
            .is_some_and(|draft| draft.text_bytes > limit)
        {
            let message = format!("The model's answer is longer than {limit} bytes.");
            self.fail(
                ErrorInfo::platform(ErrorType::ExecutionError, message),
                effects,
            );
        }
    }

    pub(crate) fn draft_mut(&mut self, lane: LaneId) -> Option<&mut Draft> {
        match &mut self.exec.lanes.get_mut(&lane)?.phase {
            Phase::Model(draft) => Some(draft),
            Phase::Ready | Phase::Tools(_) => None,
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
pub(crate) fn end_call(call: &mut DraftCall, effects: &mut Effects) {
    if std::mem::replace(&mut call.ended, true) || !call.shown {
        return;
    }
    let (finished, _) = call.finished();
    present::tool_input_ready(&finished)
        .into_iter()
        .for_each(|event| effects.emit(event));
}
