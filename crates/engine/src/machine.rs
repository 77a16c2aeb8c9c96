//! The machine of one execution: inputs come in here, lanes go on from here.

use std::sync::Arc;

use domain::{
    Body, ErrorInfo, ErrorType, ExecutionId, FinishReason, Item, Limits, LogBody, LogEntry,
    MessageId, RevisionId, SessionId, SessionState, StreamEvent,
};
use protocol::program::{Block, Program};

use crate::CallId;
use crate::blocks::{self, Flow};
use crate::draft::Home;
use crate::effects::{Commit, Effects, Point};
use crate::execution::{Execution, FrameError, Lane, LaneId, Phase};
use crate::input::{CancelReason, Input, Reply, Trigger};
use crate::present::{self, BlockView};
use crate::scope::Scope;

/// One execution and everything it reads.
#[derive(Clone, Debug)]
pub struct Machine {
    pub(crate) program: Arc<Program>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) exec: Execution,
    pub(crate) session: SessionState,
    /// Every item of the session, loaded from the store and grown by this leg's commits.
    pub(crate) history: Vec<Arc<Item>>,
}

/// The ids of a new execution, made outside, since nothing here is random.
#[derive(Clone, Debug)]
pub struct Begin {
    pub execution: ExecutionId,
    pub session: SessionId,
    pub revision: RevisionId,
    pub message: MessageId,
    pub last_message: Option<MessageId>,
}

impl Machine {
    /// A machine that waits for its trigger.
    #[must_use]
    pub fn new(
        program: Arc<Program>,
        limits: Arc<Limits>,
        begin: Begin,
        session: SessionState,
        history: Vec<Arc<Item>>,
    ) -> Self {
        let exec = Execution {
            format: Execution::FORMAT,
            id: begin.execution,
            session: begin.session,
            revision: begin.revision,
            leg: 1,
            next: 0,
            message: begin.message,
            last_message: begin.last_message,
            trigger: "".into(),
            trigger_input: domain::JsonMap::new(),
            sender: None,
            lanes: [(LaneId::HANDLER, Lane::at_start())].into(),
            calls: [].into(),
            steps: 0,
            reason: FinishReason::Stop,
            done: false,
        };
        Self {
            program,
            limits,
            exec,
            session,
            history,
        }
    }

    /// The machine of a stored pause.
    ///
    /// # Errors
    /// When the program has no longer the block that the execution waits in.
    pub fn resume(
        program: Arc<Program>,
        limits: Arc<Limits>,
        mut exec: Execution,
        session: SessionState,
        history: Vec<Arc<Item>>,
    ) -> Result<Self, FrameError> {
        let handler = program
            .trigger(&exec.trigger)
            .map(|(_, trigger)| &trigger.handler);
        for lane in exec.lanes.values_mut() {
            let place = |block: &Block| block.name == lane.block;
            let index = handler.and_then(|handler| handler.iter().position(place));
            lane.index = index.ok_or_else(|| FrameError::BlockGone {
                trigger: Arc::clone(&exec.trigger),
                block: Arc::clone(&lane.block),
            })?;
        }
        Ok(Self {
            program,
            limits,
            exec,
            session,
            history,
        })
    }

    /// The row of this execution, to be stored at a pause.
    ///
    /// # Errors
    /// None in practice: every value in it came from JSON.
    pub fn frame(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.exec)
    }

    #[must_use]
    pub fn session(&self) -> &SessionState {
        &self.session
    }

    /// Applies one input. After the execution ended, every input is late and ignored.
    pub fn step(&mut self, input: Input, effects: &mut Effects) {
        if self.exec.done {
            return;
        }
        match input {
            Input::Trigger(trigger) => self.trigger(trigger, effects),
            Input::Continue { leg, results } => self.take_results(leg, results, effects),
            Input::Reply(call, reply) => self.reply(call, reply, effects),
            Input::Cancel(reason) => self.cancel(reason, effects),
        }
        if let Some(Commit { items, .. }) = &effects.commit {
            self.history.extend(items.iter().map(Arc::clone));
        }
    }

    fn trigger(&mut self, trigger: Trigger, effects: &mut Effects) {
        self.log(
            effects,
            LogBody::Trigger {
                trigger_name: Arc::clone(&trigger.name),
                trigger_input: trigger.input.clone(),
            },
        );
        self.exec.trigger = trigger.name;
        self.exec.trigger_input = trigger.input;
        self.exec.sender = trigger.sender;
        effects.commit();
        self.emit_start(effects);
        self.advance(LaneId::HANDLER, effects);
    }

    pub(crate) fn emit_start(&self, effects: &mut Effects) {
        effects.emit(StreamEvent::Start {
            message_id: self.exec.message.clone(),
            execution_id: self.exec.id.clone(),
            last_message_id: self.exec.last_message.clone(),
            session_id: self.exec.session.clone(),
        });
    }

    /// Runs blocks until one has to wait, or the handler is done.
    pub(crate) fn advance(&mut self, lane: LaneId, effects: &mut Effects) {
        let program = Arc::clone(&self.program);
        let handler = self.exec.handler(&program);
        loop {
            let index = self.exec.index(lane);
            let Some(block) = handler.get(index) else {
                break;
            };
            self.exec.lane_mut(lane).enter(block);
            match blocks::run(self, lane, block, effects) {
                Ok(Flow::Next) => self.leave_block(lane, block, effects),
                Ok(Flow::Wait) => return,
                Err(error) => return self.fail(error, effects),
            }
        }
        self.finish(effects);
    }

    /// Ends the block that waited, and goes on behind it.
    pub(crate) fn end_block(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        self.leave_block(lane, block, effects);
        self.advance(lane, effects);
    }

    fn leave_block(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        if BlockView::of(block).frames {
            let block_id = self.block_id(lane);
            effects.emit(StreamEvent::BlockEnd {
                block_id,
                summary: None,
                worker_id: None,
            });
        }
        self.exec.lane_mut(lane).index += 1;
    }

    pub(crate) fn begin_block(&self, lane: LaneId, block: &Block, effects: &mut Effects) {
        if BlockView::of(block).frames {
            effects.emit(present::block_start(block, self.block_id(lane)));
        }
    }

    fn finish(&mut self, effects: &mut Effects) {
        self.exec.done = true;
        effects.commit().point = Point::End { failed: false };
        effects.emit(StreamEvent::Finish {
            finish_reason: self.exec.reason,
            execution_id: self.exec.id.clone(),
        });
    }

    /// Ends the execution with an error; what has come of the answer so far is kept.
    pub(crate) fn fail(&mut self, error: ErrorInfo, effects: &mut Effects) {
        self.log(
            effects,
            LogBody::Error {
                error: error.clone(),
            },
        );
        self.keep_drafts(effects);
        self.stop(Point::End { failed: true }, effects);
        effects.emit(StreamEvent::Error(error));
    }

    fn reply(&mut self, call: CallId, reply: Reply, effects: &mut Effects) {
        let Some(lane) = self.exec.calls.get(&call).copied() else {
            return;
        };
        match reply {
            Reply::Delta(delta) => self.model_delta(lane, call, delta, effects),
            Reply::Failed(error) => {
                self.exec.calls.remove(&call);
                self.fail(error, effects);
            }
        }
    }

    fn cancel(&mut self, reason: CancelReason, effects: &mut Effects) {
        let aborted_at_block = self
            .exec
            .lanes
            .get(&LaneId::HANDLER)
            .map(|lane| Arc::clone(&lane.block));
        self.log(effects, LogBody::Abort { aborted_at_block });
        self.keep_drafts(effects);
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
        effects.emit(StreamEvent::Error(error));
    }

    fn stop(&mut self, point: Point, effects: &mut Effects) {
        self.exec.done = true;
        effects
            .aborts
            .extend(std::mem::take(&mut self.exec.calls).into_keys());
        effects.commit().point = point;
    }

    /// Turns what has come of each running model step into items.
    fn keep_drafts(&mut self, effects: &mut Effects) {
        let program = Arc::clone(&self.program);
        let lanes: Vec<LaneId> = self.exec.lanes.keys().copied().collect();
        for lane in lanes {
            let phase = std::mem::replace(&mut self.exec.lane_mut(lane).phase, Phase::Ready);
            if let (Phase::Model(draft), Some(block)) = (phase, self.exec.block(&program, lane)) {
                let home = self.home(lane, block);
                effects.commit().items.extend(draft.into_items(&home));
            }
        }
    }

    pub(crate) fn log(&self, effects: &mut Effects, body: LogBody) {
        effects.log.push(self.log_entry(body));
    }

    /// An entry of the block that runs.
    pub(crate) fn log_entry(&self, body: LogBody) -> LogEntry {
        let block = self.exec.block(&self.program, LaneId::HANDLER);
        LogEntry {
            body,
            thread: block
                .map(|block| &block.thread)
                .filter(|thread| !thread.is_main())
                .cloned(),
            block_name: block.map(|block| Arc::clone(&block.name)),
            worker_id: None,
        }
    }

    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope {
            trigger_input: &self.exec.trigger_input,
            session: &self.session,
        }
    }

    pub(crate) fn handler(&self) -> &[Block] {
        self.exec.handler(&self.program)
    }

    /// Where what the assistant says in a block is stored.
    pub(crate) fn home(&self, lane: LaneId, block: &Block) -> Home {
        Home {
            message: self.exec.message.clone(),
            thread: self.thread_of_answer(lane, block),
            audience: BlockView::of(block).audience,
        }
    }

    pub(crate) fn store(&self, lane: LaneId, block: &Block, body: Body, effects: &mut Effects) {
        let item = self.home(lane, block).item(body);
        effects.commit().items.push(item);
    }

    pub(crate) fn set_variable(
        &mut self,
        name: &Arc<str>,
        value: serde_json::Value,
        effects: &mut Effects,
    ) {
        self.session.variables.insert(name.to_string(), value);
        effects.commit().state_changed = true;
    }

    pub(crate) fn block_id(&self, lane: LaneId) -> Arc<str> {
        format!("{}:{}", self.exec.id, self.exec.index(lane)).into()
    }
}
