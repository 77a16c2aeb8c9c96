//! How a lane ends, and the execution with its root lane: done, failed, or cancelled.

use std::sync::Arc;

use domain::{ErrorInfo, ErrorType, LogBody, Outcome, StreamEvent, Usage};

use crate::draft::Card;
use crate::effects::{Effects, Point};
use crate::input::CancelReason;
use crate::lane::{LaneId, Phase};
use crate::machine::Machine;
use crate::present;

impl Machine {
    /// Ends a lane whose blocks are done.
    pub(crate) fn finish(&mut self, lane: LaneId, effects: &mut Effects) {
        if self.worker(lane).is_some() {
            let output = self.worker_output(lane);
            self.end_worker(lane, Ok(output), effects);
        }
        if lane == LaneId::ROOT {
            self.exec.done = true;
            effects.commit().point = Point::End { failed: false };
            effects.emit(StreamEvent::Finish {
                finish_reason: self.exec.reason,
                execution_id: self.exec.id.clone(),
            });
            self.emit_usage(effects);
        }
    }

    /// Ends a lane with an error; what has come of its answer so far is kept. A worker's failure is the
    /// result of the call that it answers.
    pub(crate) fn fail(&mut self, lane: LaneId, error: ErrorInfo, effects: &mut Effects) {
        self.log_error(lane, error.clone(), effects);
        if lane != LaneId::ROOT {
            self.close_parts(lane, error.safe_message(), effects);
        }
        self.keep_draft(lane, effects);
        if lane != LaneId::ROOT {
            let program = self.program(lane);
            if let Some(block) = self.exec.block(&program, lane) {
                self.close_block(lane, block, effects);
            }
        }
        if self.worker(lane).is_some() {
            self.end_worker(lane, Err(error.safe_message().to_owned()), effects);
        }
        if lane == LaneId::ROOT {
            self.stop(Point::End { failed: true }, effects);
            effects.emit(StreamEvent::Error(error));
        }
    }

    /// Ends the execution from outside.
    pub(crate) fn cancel(&mut self, reason: CancelReason, effects: &mut Effects) {
        let root = self.exec.lanes.get(&LaneId::ROOT);
        let aborted_at_block = root.map(|lane| Arc::clone(&lane.block));
        self.log(LaneId::ROOT, effects, LogBody::Abort { aborted_at_block });
        let lanes: Vec<LaneId> = self.exec.lanes.keys().copied().collect();
        for lane in lanes {
            self.keep_draft(lane, effects);
        }
        self.stop(Point::Stop, effects);
        let error = match reason {
            CancelReason::Disconnected => return,
            CancelReason::Draining => ErrorInfo::platform(
                ErrorType::InternalError,
                "The server is restarting. Please try again.",
            )
            .retryable(true),
            CancelReason::TimeLimit => ErrorInfo::platform(
                ErrorType::ExecutionError,
                "The execution took longer than the server allows.",
            ),
        };
        self.log_error(LaneId::ROOT, error.clone(), effects);
        effects.emit(StreamEvent::Error(error));
    }

    fn stop(&mut self, point: Point, effects: &mut Effects) {
        self.exec.done = true;
        effects
            .aborts
            .extend(std::mem::take(&mut self.exec.calls).into_keys());
        effects.commit().point = point;
    }

    /// Ends the text, and the cards of the calls, that a failed worker's model was writing: the client
    /// goes on behind the failure, and would show them as running for ever.
    fn close_parts(&mut self, lane: LaneId, error: &str, effects: &mut Effects) {
        effects.commit();
        let program = self.program(lane);
        if let Some(block) = self.exec.block(&program, lane) {
            self.close_part(lane, self.view(lane, block), effects);
        }
        let worker_id = self.worker_id(lane);
        let Some(draft) = self.draft_mut(lane) else {
            return;
        };
        if let Some(object) = &mut draft.object {
            object.abandon(worker_id.as_ref(), effects);
        }
        let outcome = Outcome::Error(error.to_owned());
        let events: Vec<StreamEvent> = draft
            .calls()
            .filter_map(|call| match &call.card {
                Card::Hidden => None,
                Card::Tool => Some(present::tool_output(
                    &call.call,
                    &outcome,
                    worker_id.clone(),
                )),
                Card::Worker(id) => Some(present::worker_result(id.clone(), &outcome)),
            })
            .collect();
        events.into_iter().for_each(|event| effects.emit(event));
    }

    /// Turns what has come of a lane's model step into items, and asks for no more of it.
    fn keep_draft(&mut self, lane: LaneId, effects: &mut Effects) {
        let Some(Phase::Model(draft)) = self.exec.take_phase(lane) else {
            return;
        };
        self.exec.calls.retain(|call, target| {
            let ours = target.lane == lane;
            effects.aborts.extend(ours.then_some(*call));
            !ours
        });
        // A provider counts what it said before it was cut off.
        if draft.usage != Usage::default() {
            self.count(lane, &draft, effects);
        }
        let program = self.program(lane);
        if let Some(block) = self.exec.block(&program, lane) {
            let home = self.home(lane, block);
            effects.commit().items.extend(draft.into_items(&home));
        }
    }
}
