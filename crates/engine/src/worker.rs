//! Workers within an execution: how one begins, what becomes of its output, and what a client sees of
//! it (CONTRACT 3.4).

use std::sync::Arc;

use domain::{
    Audience, Author, Body, Cost, Display, ErrorInfo, ErrorType, Item, JsonMap, LogBody, Outcome,
    SessionState, StreamEvent, ThreadId, ToolCall, ToolCallId, ToolDef, WorkerId,
};
use protocol::program::{Entry, Field, Program, Worker};
use protocol::{input, types};
use serde_json::{Map, Value, json};

use crate::calls::At;
use crate::draft::Card;
use crate::effects::Effects;
use crate::lane::{Caller, Lane, LaneId, Showing, WorkerRun};
use crate::machine::Machine;
use crate::present::{self, BlockView};
use crate::programs::initial_state;

/// A worker that is called, and how a client sees it.
pub(crate) struct Calling<'a> {
    pub(crate) call: &'a ToolCall,
    pub(crate) card: &'a Card,
    pub(crate) display: Display,
    pub(crate) label: Option<Arc<str>>,
}

impl Machine {
    /// Runs a worker for a call of a lane. A worker that cannot begin fails at once.
    pub(crate) fn start_worker(
        &mut self,
        at: At<'_>,
        calling: Calling<'_>,
        flaw: Result<(), String>,
        effects: &mut Effects,
    ) {
        let At {
            lane: parent,
            block,
        } = at;
        let call = calling.call;
        let slug: Arc<str> = call.name.as_str().into();
        let depth = self.worker(parent).map_or(0, |run| run.depth) + 1;
        let id = match calling.card {
            Card::Worker(id) => id.clone(),
            Card::Hidden | Card::Tool => self.mint_worker_id(),
        };
        // What is withheld as it happens may be seen on a reload (CONTRACT 7.2).
        let seen =
            calling.display != Display::Hidden && BlockView::of(block).audience.reaches_client();
        let audience = if seen {
            Audience::Client
        } else {
            Audience::Model
        };
        let showing = match calling.display {
            _ if !self.view(parent, block).tools => Showing::Nothing,
            Display::Hidden => Showing::Nothing,
            Display::Name | Display::Description | Display::Title => Showing::Ends,
            Display::Stream => Showing::Everything,
        };
        let state = flaw.and_then(|()| self.worker_state(&slug, depth, &call.arguments));
        let (state, failure) = match state {
            Ok(state) => (state, None),
            Err(flaw) => (Default::default(), Some(flaw)),
        };
        let mark = Body::WorkerStart {
            worker: id.clone(),
            slug: Arc::clone(&slug),
            description: calling.label.clone(),
            input: call.arguments.clone(),
            display: calling.display,
        };
        self.store_mark(Some(parent), audience, mark, effects);
        if let Card::Worker(_) = calling.card {
            move_behind_call(&call.id, effects);
        }
        let caller = Some(Caller {
            lane: parent,
            call: call.id.clone(),
        });
        let run = WorkerRun {
            id,
            slug,
            caller,
            depth,
            showing,
            audience,
            state,
        };
        let lane = LaneId(self.exec.mint());
        self.exec.lanes.insert(lane, Lane::at_start(Some(run)));
        let label = calling.label.filter(|_| calling.display != Display::Name);
        self.begin_worker(lane, label, call.arguments.clone(), effects);
        match failure {
            Some(failure) => {
                let error = ErrorInfo::platform(ErrorType::ValidationError, failure.clone());
                self.log_error(lane, error, effects);
                self.end_worker(lane, Err(failure), effects);
            }
            None => self.ready.push_back(lane),
        }
    }

    /// The values that a worker begins with; what keeps it from running where there is something.
    fn worker_state(
        &self,
        slug: &str,
        depth: u32,
        arguments: &JsonMap,
    ) -> Result<SessionState, String> {
        let limit = self.environment.limits.worker_nesting;
        if depth > limit {
            return Err(format!("Not run: {limit} workers run within each other."));
        }
        let worker = self
            .programs
            .workers
            .get(slug)
            .ok_or_else(|| format!("The project has no worker `{slug}`."))?;
        let input = input::check(&worker.program.inputs, arguments.clone())
            .map_err(|errors| format!("The worker `{slug}` was not run: {errors}."))?;
        Ok(initial_state(&worker.program, input))
    }

    /// Tells the log and the client that a worker begins.
    pub(crate) fn begin_worker(
        &self,
        lane: LaneId,
        description: Option<Arc<str>>,
        input: JsonMap,
        effects: &mut Effects,
    ) {
        let Some(run) = self.worker(lane) else { return };
        let entry = LogBody::WorkerExecution {
            worker_input: input.clone(),
        };
        self.log(lane, effects, entry);
        if run.showing != Showing::Nothing {
            effects.emit(StreamEvent::WorkerStart {
                worker_id: run.id.clone(),
                worker_slug: Arc::clone(&run.slug),
                description,
                input: (run.showing == Showing::Everything).then_some(input),
            });
        }
    }

    /// The value of a worker's output variable; null where it declares none.
    pub(crate) fn worker_output(&self, lane: LaneId) -> Value {
        let program = self.program(lane);
        let name = match &program.entry {
            Entry::Worker { output, .. } => output.as_ref(),
            Entry::Interactive { .. } => None,
        };
        let value = name.and_then(|name| self.state(lane).variables.get(&**name));
        value.cloned().unwrap_or(Value::Null)
    }

    /// Ends a worker, and answers the call that waits for it.
    pub(crate) fn end_worker(
        &mut self,
        lane: LaneId,
        result: Result<Value, String>,
        effects: &mut Effects,
    ) {
        if let Ok(worker_output) = &result {
            let worker_output = worker_output.clone();
            self.log(lane, effects, LogBody::WorkerOutput { worker_output });
        }
        let lane_state = self.exec.lanes.get_mut(&lane);
        let Some(run) = lane_state.and_then(|lane| lane.worker.take()) else {
            return;
        };
        let outcome = match result {
            Ok(output) => Outcome::Output(output),
            Err(error) => Outcome::Error(error),
        };
        let mark = Body::WorkerEnd {
            worker: run.id.clone(),
            outcome: Arc::new(outcome.clone()),
        };
        let parent = run.caller.as_ref().map(|caller| caller.lane);
        self.store_mark(parent, run.audience, mark, effects);
        if run.showing != Showing::Nothing {
            effects.emit(present::worker_result(run.id.clone(), &outcome));
        }
        match run.caller {
            Some(caller) => {
                self.exec.lanes.remove(&lane);
                self.answer(caller.lane, &caller.call, outcome, effects);
            }
            // The session is the run's own, so it keeps what the run came to.
            None => {
                let dynamic_tools = std::mem::take(&mut self.session.dynamic_tools);
                self.session = SessionState {
                    dynamic_tools,
                    ..run.state
                };
                effects.commit().state_changed = true;
            }
        }
    }

    /// Stores where a worker begins or ends, among what the lane that called it says. No model reads it.
    pub(crate) fn store_mark(
        &self,
        parent: Option<LaneId>,
        audience: Audience,
        mark: Body,
        effects: &mut Effects,
    ) {
        let program = parent.map(|parent| self.program(parent));
        let block = program.as_ref().zip(parent);
        let block = block.and_then(|(program, parent)| self.exec.block(program, parent));
        let item = Item {
            message: self.exec.message.clone(),
            author: Author::Assistant,
            worker: parent.and_then(|parent| self.worker_id(parent)),
            thread: parent
                .zip(block)
                .map_or_else(ThreadId::main, |(parent, block)| {
                    self.thread_of_answer(parent, block)
                }),
            audience,
            body: mark,
        };
        effects.commit().items.push(Arc::new(item));
    }

    /// What the run of a standalone worker took.
    pub(crate) fn emit_usage(&self, effects: &mut Effects) {
        if matches!(self.programs.main.entry, Entry::Worker { .. }) {
            effects.emit(StreamEvent::Usage {
                cost: Cost {
                    estimated_provider_fee: self.exec.fees.total(),
                    ..Cost::default()
                },
                tokens: self.exec.usage.into(),
            });
        }
    }

    /// A worker as a tool for a model.
    pub(crate) fn worker_tool(&self, worker: &Worker) -> ToolDef {
        let target = self.programs.workers.get(&worker.slug);
        let label = worker.description.as_deref().map(str::to_owned);
        let input_schema = match target {
            Some(target) => input_schema(&target.program.inputs),
            None => json!({ "type": "object" }),
        };
        ToolDef {
            name: worker.slug.to_string(),
            description: label.unwrap_or_else(|| format!("Runs the worker {}.", worker.slug)),
            input_schema,
        }
    }

    /// The name under which the client knows a tool of a lane: a worker's may be another one's of the
    /// agent that runs it.
    pub(crate) fn client_name(&self, mut lane: LaneId, name: &str) -> String {
        let mut name = name.to_owned();
        while let Some(run) = self.worker(lane)
            && let Some(Caller { lane: parent, .. }) = &run.caller
        {
            let program = self.program(*parent);
            let declared = declared_worker(&program, &run.slug);
            let mapped = declared.and_then(|worker| worker.tools.get(&*name));
            if let Some(tool) = mapped.and_then(|index| program.tools.get(index.0)) {
                name.clone_from(&tool.def.name);
            }
            lane = *parent;
        }
        name
    }

    fn mint_worker_id(&mut self) -> WorkerId {
        let number = self.exec.mint();
        WorkerId::from(format!("{}-{}-w{number}", self.exec.id, self.exec.leg))
    }

    /// The id of a worker whose input a model begins to write.
    pub(crate) fn worker_card(&mut self, shown: bool, worker: &Worker) -> Card {
        if shown && worker.display == Display::Stream {
            Card::Worker(self.mint_worker_id())
        } else {
            Card::Hidden
        }
    }
}

/// Puts the newest item behind the call that it belongs to. A client that saw the input being written has
/// the worker in that place.
fn move_behind_call(call: &ToolCallId, effects: &mut Effects) {
    let items = &mut effects.commit().items;
    let is_call = |item: &Arc<Item>| matches!(&item.body, Body::Call(it) if it.id == *call);
    if let Some(place) = items.iter().rposition(is_call)
        && let Some(behind) = items.get_mut(place + 1..)
    {
        behind.rotate_right(1);
    }
}

/// The worker that a program declares under a slug.
pub(crate) fn declared_worker<'p>(program: &'p Program, slug: &str) -> Option<&'p Worker> {
    program.workers.iter().find(|worker| &*worker.slug == slug)
}

/// The inputs of a worker as parameters of a tool.
fn input_schema(inputs: &[Field]) -> Value {
    let property = |field: &Field| {
        let mut schema = types::json_schema(&field.ty);
        if let Some(description) = &field.description {
            schema["description"] = (&**description).into();
        }
        if !field.allowed.is_empty() {
            let allowed: Vec<&str> = field.allowed.iter().map(|it| &**it).collect();
            schema["enum"] = allowed.into();
        }
        (field.name.to_string(), schema)
    };
    let properties: Map<String, Value> = inputs.iter().map(property).collect();
    let required = inputs
        .iter()
        .filter(|field| !field.optional && field.default.is_none());
    let required: Vec<&str> = required.map(|field| &*field.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
