//! The machine of one execution: inputs come in here, lanes go on from here.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::{
    Audience, Body, Display, ErrorInfo, ExecutionId, FinishReason, Item, LogBody, LogEntry,
    MessageId, RevisionId, SessionId, SessionState, StreamEvent, ToolSchema, WorkerId,
};
use protocol::program::{Block, Program};

use crate::CallId;
use crate::blocks::{self, Flow};
use crate::calls::At;
use crate::draft::Home;
use crate::effects::{Commit, Effects};
use crate::environment::Environment;
use crate::execution::{Execution, Fees, Target};
use crate::frame::FrameError;
use crate::input::{Execute, Input, Reply, Trigger};
use crate::lane::{Lane, LaneId, Phase, Showing, WorkerRun};
use crate::present::{self, BlockView};
use crate::programs::Programs;
use crate::scope::Scope;

/// One execution and everything it reads.
#[derive(Clone, Debug)]
pub struct Machine {
    pub(crate) programs: Arc<Programs>,
    pub(crate) environment: Environment,
    pub(crate) exec: Execution,
    pub(crate) session: SessionState,
    /// Every item of the session, loaded from the store and grown by this leg's commits.
    pub(crate) history: Vec<Arc<Item>>,
    /// Lanes that can go on within this step; none is left behind it.
    pub(crate) ready: VecDeque<LaneId>,
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
    /// A machine that waits for its first input.
    #[must_use]
    pub fn new(
        programs: Arc<Programs>,
        environment: Environment,
        begin: Begin,
        session: SessionState,
        history: Vec<Arc<Item>>,
    ) -> Self {
        let exec = Execution {
            format: Execution::FORMAT,
            id: begin.execution,
            session: begin.session,
            revision: begin.revision,
            workers: programs.pins(),
            leg: 1,
            next: 0,
            message: begin.message,
            last_message: begin.last_message,
            trigger: "".into(),
            trigger_input: domain::JsonMap::new(),
            sender: None,
            lanes: [(LaneId::ROOT, Lane::at_start(None))].into(),
            calls: [].into(),
            steps: 0,
            usage: domain::Usage::default(),
            fees: Fees::default(),
            reason: FinishReason::Stop,
            client_block: None,
            done: false,
        };
        Self {
            programs,
            environment,
            exec,
            session,
            history,
            ready: VecDeque::new(),
        }
    }

    /// The machine of a stored pause.
    ///
    /// # Errors
    /// When a program has no longer the block that the execution waits in.
    pub fn resume(
        programs: Arc<Programs>,
        environment: Environment,
        mut exec: Execution,
        session: SessionState,
        history: Vec<Arc<Item>>,
    ) -> Result<Self, FrameError> {
        let mut lanes = std::mem::take(&mut exec.lanes);
        for lane in lanes.values_mut() {
            lane.index = place_of(&programs, &exec, lane)?;
        }
        exec.lanes = lanes;
        Ok(Self {
            programs,
            environment,
            exec,
            session,
            history,
            ready: VecDeque::new(),
        })
    }

    #[must_use]
    pub fn session(&self) -> &SessionState {
        &self.session
    }

    /// Applies one input. After the execution ended, every input is late and ignored, and so is a reply
    /// that nobody waits for.
    pub fn step(&mut self, input: Input, effects: &mut Effects) {
        if self.exec.done {
            return;
        }
        match input {
            Input::Trigger(trigger) => self.trigger(trigger, effects),
            Input::Execute(execute) => self.execute(execute, effects),
            Input::Continue(go_on) => self.take_results(go_on, effects),
            Input::Reply(call, reply) => {
                let Some(target) = self.exec.calls.get(&call).cloned() else {
                    return;
                };
                self.reply((call, target), reply, effects);
            }
            Input::Cancel(reason) => self.cancel(reason, effects),
        }
        self.run_ready(effects);
        if !self.exec.done && self.exec.calls.is_empty() {
            self.pause(effects);
        }
        if let Some(Commit { items, .. }) = &effects.commit {
            self.history.extend(items.iter().map(Arc::clone));
        }
    }

    fn trigger(&mut self, trigger: Trigger, effects: &mut Effects) {
        if trigger.ends_pause {
            let aborted_at_block = None;
            self.log(LaneId::ROOT, effects, LogBody::Abort { aborted_at_block });
        }
        let entry = LogBody::Trigger {
            trigger_name: Arc::clone(&trigger.name),
            trigger_input: trigger.input.clone(),
        };
        self.log(LaneId::ROOT, effects, entry);
        self.exec.trigger = trigger.name;
        self.exec.trigger_input = trigger.input;
        self.exec.sender = trigger.sender;
        self.begin(trigger.dynamic_tools, effects);
    }

    /// Begins a worker that nobody waits for: it is the root lane.
    fn execute(&mut self, execute: Execute, effects: &mut Effects) {
        let (id, slug) = (WorkerId::from(self.exec.id.as_str()), execute.slug);
        let run = WorkerRun {
            id: id.clone(),
            slug: Arc::clone(&slug),
            caller: None,
            depth: 1,
            showing: Showing::Everything,
            audience: Audience::Client,
            state: self.session.clone(),
        };
        let input = run.state.input.clone();
        let lane = Lane::at_start(Some(run));
        self.exec.lanes.insert(LaneId::ROOT, lane);
        let mark = Body::WorkerStart {
            worker: id,
            slug,
            description: None,
            input: input.clone(),
            display: Display::Stream,
        };
        self.begin(execute.dynamic_tools, effects);
        self.store_mark(None, Audience::Client, mark, effects);
        self.begin_worker(LaneId::ROOT, None, input, effects);
    }

    fn begin(&mut self, dynamic_tools: Option<Vec<ToolSchema>>, effects: &mut Effects) {
        effects.commit();
        self.take_dynamic_tools(dynamic_tools, effects);
        self.emit_start(effects);
        self.ready.push_back(LaneId::ROOT);
    }

    pub(crate) fn emit_start(&self, effects: &mut Effects) {
        effects.emit(StreamEvent::Start {
            message_id: self.exec.message.clone(),
            execution_id: self.exec.id.clone(),
            last_message_id: self.exec.last_message.clone(),
            session_id: self.exec.session.clone(),
        });
    }

    fn run_ready(&mut self, effects: &mut Effects) {
        while let Some(lane) = self.ready.pop_front() {
            match self.exec.lanes.get(&lane).map(|lane| &lane.phase) {
                Some(Phase::Ready) => self.advance(lane, effects),
                Some(Phase::Calls(slots)) if slots.is_empty() => self.end_calls(lane, effects),
                Some(Phase::Calls(_) | Phase::Model(_)) | None => {}
            }
        }
    }

    /// Runs a lane's blocks until one has to wait, or there is none left.
    fn advance(&mut self, lane: LaneId, effects: &mut Effects) {
        let program = self.program(lane);
        while let Some(block) = self.exec.block(&program, lane) {
            if let Some(lane) = self.exec.lanes.get_mut(&lane) {
                lane.enter(block);
            }
            match blocks::run(self, lane, block, effects) {
                Ok(Flow::Next) => self.leave_block(lane, block, effects),
                Ok(Flow::Wait) => return,
                Err(error) => return self.fail(lane, error, effects),
            }
        }
        self.finish(lane, effects);
    }

    /// Ends the block that waited, and goes on behind it.
    pub(crate) fn end_block(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        self.leave_block(lane, block, effects);
        self.ready.push_back(lane);
    }

    fn leave_block(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        self.close_block(lane, block, effects);
        if let Some(lane) = self.exec.lanes.get_mut(&lane) {
            lane.index += 1;
            lane.phase = Phase::Ready;
        }
    }

    pub(crate) fn begin_block(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        let view = self.view(lane, block);
        if view.frames {
            let block_id = self.block_id(lane);
            self.exec.client_block = Some(Arc::clone(&block_id));
            let empty = present::is_empty(&self.program(lane), block, view);
            let worker_id = self.worker_id(lane);
            effects.emit(present::block_start(block, block_id, worker_id, empty));
        }
    }

    /// Tells the client that a block is over.
    pub(crate) fn close_block(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        let view = self.view(lane, block);
        if view.frames {
            let block_id = self.block_id(lane);
            if self.exec.client_block.as_ref() == Some(&block_id) {
                self.exec.client_block = None;
            }
            effects.emit(StreamEvent::BlockEnd {
                block_id,
                summary: None,
                worker_id: self.worker_id(lane),
                empty: present::is_empty(&self.program(lane), block, view),
            });
        }
    }

    /// Makes the client take what comes for a part of this block again, where a worker's blocks came in
    /// between (CONTRACT 3.3). A block of another worker that is open stays: they would take turns
    /// without end.
    pub(crate) fn reopen_block(&mut self, lane: LaneId, block: &Block, effects: &mut Effects) {
        let open = self.exec.client_block.as_ref();
        if open.is_none_or(|open| lane == LaneId::ROOT && **open != *self.block_id(lane)) {
            self.begin_block(lane, block, effects);
        }
    }

    fn reply(&mut self, (call, target): (CallId, Target), reply: Reply, effects: &mut Effects) {
        let lane = target.lane;
        match (reply, target.call) {
            (Reply::Delta(delta), None) => self.model_delta(lane, call, delta, effects),
            (Reply::Failed(error), None) => {
                self.exec.calls.remove(&call);
                if !self.ask_for_less(lane, &error, effects) {
                    self.fail(lane, error, effects);
                }
            }
            (Reply::Tool(reply), Some(tool_call)) => {
                self.exec.calls.remove(&call);
                self.take_reply(lane, &tool_call, Ok(reply), effects);
            }
            (Reply::Failed(error), Some(tool_call)) => {
                self.exec.calls.remove(&call);
                self.take_reply(lane, &tool_call, Err(error), effects);
            }
            // No request is answered like this.
            (Reply::Tool(_), None) | (Reply::Delta(_), Some(_)) => {}
        }
    }

    pub(crate) fn log(&self, lane: LaneId, effects: &mut Effects, body: LogBody) {
        effects.log.push(self.log_entry(lane, body));
    }

    pub(crate) fn log_error(&self, lane: LaneId, error: ErrorInfo, effects: &mut Effects) {
        let error = error.into();
        self.log(lane, effects, LogBody::Error { error });
    }

    /// An entry of the block that runs in a lane.
    pub(crate) fn log_entry(&self, lane: LaneId, body: LogBody) -> LogEntry {
        let program = self.program(lane);
        let block = self.exec.block(&program, lane);
        // The first block of a worker that begins has not begun itself.
        let entered = self.exec.lanes.get(&lane).map(|lane| &lane.block);
        let block = block.filter(|block| Some(&block.name) == entered);
        let worker = self.worker(lane);
        LogEntry {
            body,
            thread: block
                .map(|block| &block.thread)
                .filter(|thread| !thread.is_main())
                .cloned(),
            block_name: block.map(|block| Arc::clone(&block.name)),
            worker_id: worker.map(|run| run.id.clone()),
            worker_slug: worker.map(|run| Arc::clone(&run.slug)),
        }
    }

    /// What a lane runs.
    pub(crate) fn program(&self, lane: LaneId) -> Arc<Program> {
        let called = self.worker(lane).filter(|run| run.caller.is_some());
        let worker = called.and_then(|run| self.programs.workers.get(&run.slug));
        Arc::clone(worker.map_or(&self.programs.main, |worker| &worker.program))
    }

    pub(crate) fn worker(&self, lane: LaneId) -> Option<&WorkerRun> {
        self.exec.lanes.get(&lane)?.worker.as_deref()
    }

    /// What events of a lane carry where it is a worker's.
    pub(crate) fn worker_id(&self, lane: LaneId) -> Option<WorkerId> {
        self.worker(lane).map(|run| run.id.clone())
    }

    /// The values of a lane: a worker has its own.
    pub(crate) fn state(&self, lane: LaneId) -> &SessionState {
        self.worker(lane).map_or(&self.session, |run| &run.state)
    }

    pub(crate) fn state_mut(&mut self, lane: LaneId) -> &mut SessionState {
        let lane = self.exec.lanes.get_mut(&lane);
        let worker = lane.and_then(|lane| lane.worker.as_deref_mut());
        worker.map_or(&mut self.session, |run| &mut run.state)
    }

    pub(crate) fn scope(&self, lane: LaneId) -> Scope<'_> {
        Scope {
            trigger_input: &self.exec.trigger_input,
            session: self.state(lane),
        }
    }

    /// What a client may see of a block.
    pub(crate) fn view(&self, lane: LaneId, block: &Block) -> BlockView {
        let view = BlockView::of(block);
        match self.worker(lane).map(|run| run.showing) {
            Some(Showing::Nothing | Showing::Ends) => view.withheld(),
            Some(Showing::Everything) | None => view,
        }
    }

    /// Where what the assistant says in a block is stored.
    pub(crate) fn home(&self, lane: LaneId, block: &Block) -> Home {
        Home {
            message: self.exec.message.clone(),
            thread: self.thread_of_answer(lane, block),
            audience: BlockView::of(block).audience,
            worker: self.worker_id(lane),
        }
    }

    pub(crate) fn store(&self, lane: LaneId, block: &Block, body: Body, effects: &mut Effects) {
        let item = self.home(lane, block).item(body);
        effects.commit().items.push(item);
    }

    /// Puts what a block gives into the block's variable, where it has one.
    pub(crate) fn set_output(
        &mut self,
        at: At<'_>,
        value: serde_json::Value,
        effects: &mut Effects,
    ) {
        if let Some(output) = at.block.kind.output() {
            self.set_variable(at.lane, output, value, effects);
        }
    }

    pub(crate) fn set_variable(
        &mut self,
        lane: LaneId,
        name: &Arc<str>,
        value: serde_json::Value,
        effects: &mut Effects,
    ) {
        self.state_mut(lane)
            .variables
            .insert(name.to_string(), value);
        effects.commit().state_changed = true;
    }

    pub(crate) fn block_id(&self, lane: LaneId) -> Arc<str> {
        let index = self.exec.index(lane);
        match self.worker(lane) {
            Some(run) => format!("{}:{index}", run.id).into(),
            None => format!("{}:{index}", self.exec.id).into(),
        }
    }
}

/// The place of the block that a stored lane waits in.
fn place_of(programs: &Programs, exec: &Execution, lane: &Lane) -> Result<usize, FrameError> {
    let called = lane.worker.as_ref().filter(|run| run.caller.is_some());
    let program = match called {
        None => Some(&programs.main),
        Some(run) => programs.workers.get(&run.slug).map(|it| &it.program),
    };
    let place = |block: &Block| block.name == lane.block;
    let index = program.and_then(|program| exec.blocks(program).iter().position(place));
    index.ok_or_else(|| match called {
        None => FrameError::BlockGone {
            trigger: Arc::clone(&exec.trigger),
            block: Arc::clone(&lane.block),
        },
        Some(run) => FrameError::WorkerGone {
            worker: Arc::clone(&run.slug),
            block: Arc::clone(&lane.block),
        },
    })
}
