//! A runtime of the test's own: it keeps what is committed and checks what is sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use domain::{
    Delta, Display, ErrorInfo, FinishReason, Item, JsonMap, Limits, LogEntry, ModelFacts, ModelRef,
    ModelRequest, Models, Price, SessionState, StreamEvent, ThreadId, ToolAnswer, ToolCall,
    ToolDef, ToolSchema,
};
use protocol::program::{
    AddMessage, Agent, Block, BlockKind, Entry, NextMessage, Piece, Place, Program, Prompt,
    Setting, Tool, ToolIndex, Trigger,
};
use serde_json::{Value, json};

use super::folds::stored;
use crate::{
    Begin, CallId, CancelReason, Continue, Effects, Environment, Execute, Execution, Input,
    Machine, Point, Programs, Reply, Request, Trigger as Fired, messages,
};

/// A session with one machine at a time.
pub(super) struct Bench {
    pub(super) programs: Arc<Programs>,
    pub(super) machine: Machine,
    /// What is durable.
    pub(super) items: Vec<Arc<Item>>,
    pub(super) state: SessionState,
    pub(super) pause: Option<Pause>,
    /// The newest model call and what it asked for.
    pub(super) asked: Option<(CallId, ModelRequest)>,
    /// The model calls that have not ended, the oldest first.
    pub(super) models: BTreeMap<CallId, ModelRequest>,
    /// The calls of built-in tools that have not ended.
    pub(super) builtins: BTreeMap<CallId, Arc<ToolCall>>,
    /// The tools that the client declares with its next request.
    pub(super) dynamic_tools: Option<Vec<ToolSchema>>,
    /// What the execution says of itself.
    pub(super) log: Vec<LogEntry>,
    /// All that the client was sent on this leg.
    pub(super) sent: Vec<StreamEvent>,
    pub(super) ended: bool,
    pub(super) leg: u32,
    executions: u32,
    /// Whether what happens is not written down for a golden text.
    silent: bool,
    /// Whether a step is taken once, and not on a copy of the machine beside.
    pub(super) hasty: bool,
    /// Whether the process dies behind the next commit: nobody hears of what rests on it.
    pub(super) dying: bool,
}

/// A row of a pause with the mark and the values that belong to it.
#[derive(Clone)]
pub(super) struct Pause {
    frame: String,
    state: SessionState,
    items: usize,
}

impl Bench {
    pub(super) fn new(program: Program) -> Self {
        Self::with(Programs::from(Arc::new(program)))
    }

    pub(super) fn with(programs: Programs) -> Self {
        let programs = Arc::new(programs);
        let state = crate::initial_state(&programs.main, JsonMap::new());
        let machine = fresh_machine(&programs, 1, &state, &[]);
        Self {
            programs,
            machine,
            items: Vec::new(),
            state,
            pause: None,
            asked: None,
            models: BTreeMap::new(),
            builtins: BTreeMap::new(),
            dynamic_tools: None,
            log: Vec::new(),
            sent: Vec::new(),
            ended: false,
            leg: 1,
            executions: 0,
            silent: false,
            hasty: false,
            dying: false,
        }
    }

    /// A bench for many schedules: it writes nothing down.
    pub(super) fn silent(programs: Programs) -> Self {
        Self {
            silent: true,
            ..Self::with(programs)
        }
    }

    /// A model call fails.
    pub(super) fn fail(&mut self, call: CallId, error: ErrorInfo) {
        self.models.remove(&call);
        self.step(Input::Reply(call, Reply::Failed(error)));
    }

    /// A call of a tool, up to the end of its arguments.
    pub(super) fn begin_call(&mut self, call: CallId, slot: u32, tool: &str, arguments: &str) {
        let (name, fragment) = (tool.into(), arguments.into());
        self.delta_of(
            call,
            Delta::ToolStart {
                slot,
                name,
                opaque: None,
            },
        );
        self.delta_of(call, Delta::ToolArguments { slot, fragment });
    }

    /// Fires `user-message` with a text.
    pub(super) fn say(&mut self, text: &str) -> String {
        let ends_pause = self.pause.is_some();
        self.begin();
        let mut input = JsonMap::new();
        input.insert("TEXT".into(), text.into());
        let name = "user-message".into();
        let dynamic_tools = self.dynamic_tools.take();
        self.step(Input::Trigger(Fired {
            name,
            input,
            sender: None,
            dynamic_tools,
            ends_pause,
        }))
    }

    /// Runs the program, which is a worker's, by itself.
    pub(super) fn execute(&mut self, input: Value) -> String {
        self.state = crate::initial_state(&self.programs.main, object(input));
        self.begin();
        let dynamic_tools = self.dynamic_tools.take();
        self.step(Input::Execute(Execute {
            slug: "standalone".into(),
            dynamic_tools,
        }))
    }

    fn begin(&mut self) {
        self.executions += 1;
        self.leg = 1;
        self.pause = None;
        self.machine = fresh_machine(&self.programs, self.executions, &self.state, &self.items);
        self.begin_leg();
    }

    /// Goes on from the pause, as another node would.
    pub(super) fn resume(&mut self, results: Vec<ToolAnswer>) -> String {
        let pause = self.pause.clone().expect("the execution waits");
        self.leg += 1;
        self.items.truncate(pause.items);
        self.state = pause.state;
        let execution = Execution::from_frame(&pause.frame).expect("the frame is readable");
        let programs = Arc::clone(&self.programs);
        let (state, items) = (self.state.clone(), self.items.clone());
        self.machine = Machine::resume(programs, environment(), execution, state, items)
            .expect("the program has the block");
        self.begin_leg();
        let dynamic_tools = self.dynamic_tools.take();
        self.step(Input::Continue(Continue {
            leg: self.leg,
            results,
            dynamic_tools,
        }))
    }

    fn begin_leg(&mut self) {
        self.asked = None;
        self.models.clear();
        self.builtins.clear();
        self.ended = false;
        self.sent.clear();
    }

    pub(super) fn delta(&mut self, delta: Delta) -> String {
        let (call, _) = self.asked.clone().expect("a model was asked");
        self.delta_of(call, delta)
    }

    /// A delta of one of several model calls.
    pub(super) fn delta_of(&mut self, call: CallId, delta: Delta) -> String {
        if matches!(delta, Delta::Finish(_)) {
            self.models.remove(&call);
        }
        self.step(Input::Reply(call, Reply::Delta(delta)))
    }

    /// A whole answer of text to one of several model calls.
    pub(super) fn answer_of(&mut self, call: CallId, text: &str) -> String {
        self.delta_of(call, Delta::Text(text.into()))
            + &self.delta_of(call, Delta::Finish(FinishReason::Stop))
    }

    /// The answer of a built-in tool.
    pub(super) fn reply(&mut self, call: CallId, reply: Reply) -> String {
        self.builtins.remove(&call);
        self.step(Input::Reply(call, reply))
    }

    /// A whole answer of text.
    pub(super) fn answer(&mut self, text: &str) -> String {
        self.delta(Delta::Text(text.into())) + &self.delta(Delta::Finish(FinishReason::Stop))
    }

    /// A whole step that calls tools.
    pub(super) fn call_tools(&mut self, calls: &[(&str, Value)]) -> String {
        let mut log = String::new();
        for (slot, (name, arguments)) in (0..).zip(calls) {
            log += &self.delta(Delta::ToolStart {
                slot,
                name: (*name).into(),
                opaque: None,
            });
            let fragment = arguments.to_string();
            log += &self.delta(Delta::ToolArguments { slot, fragment });
            log += &self.delta(Delta::ToolEnd { slot });
        }
        log + &self.delta(Delta::Finish(FinishReason::ToolCalls))
    }

    pub(super) fn cancel(&mut self, reason: CancelReason) -> String {
        self.step(Input::Cancel(reason))
    }

    /// One input, on the machine and on a copy that went through JSON.
    pub(super) fn step(&mut self, input: Input) -> String {
        if self.hasty {
            let mut effects = Effects::default();
            self.machine.step(input, &mut effects);
            return self.perform(effects);
        }
        let mut copy = self.reloaded();
        let (mut effects, mut copied) = (Effects::default(), Effects::default());
        self.machine.step(input.clone(), &mut effects);
        copy.step(input, &mut copied);
        assert_eq!(effects, copied, "a reloaded machine wants something else");
        assert_eq!(self.machine.exec, copy.exec);
        self.perform(effects)
    }

    fn reloaded(&self) -> Machine {
        let frame = self.machine.frame().expect("the machine can be written");
        let mut exec: Execution = serde_json::from_str(&frame).expect("and read");
        // A frame is stored at pauses only, where the lane is in a block; here it may be before one.
        for (id, lane) in &mut exec.lanes {
            lane.index = self.machine.exec.index(*id);
        }
        Machine {
            exec,
            ..self.machine.clone()
        }
    }

    fn perform(&mut self, effects: Effects) -> String {
        assert!(
            !self.ended || effects == Effects::default(),
            "an ended leg wants something"
        );
        let mut log = String::new();
        self.keep_log(effects.log, &mut log);
        self.send(&effects.now, &mut log);
        if let Some(commit) = &effects.commit {
            self.items.extend(commit.items.iter().cloned());
            if commit.state_changed {
                self.state = self.machine.session().clone();
            }
            if !self.silent {
                let state = if commit.state_changed { " state" } else { "" };
                let items = describe(&commit.items);
                let _ = writeln!(log, "= {:?}{state}{items}", commit.point);
            }
            match commit.point {
                Point::Step => {}
                Point::Pause => {
                    self.ended = true;
                    self.pause = Some(Pause {
                        frame: self.machine.frame().expect("the machine can be written"),
                        state: self.state.clone(),
                        items: self.items.len(),
                    });
                }
                Point::End { .. } => {
                    self.ended = true;
                    self.pause = None;
                }
                Point::Stop => self.ended = true,
            }
        }
        if self.dying && effects.commit.is_some() {
            (self.dying, self.ended, self.pause) = (false, true, None);
            return log;
        }
        self.send(&effects.then, &mut log);
        for (call, request) in effects.calls {
            match request {
                Request::Model(request) => {
                    let turns = request.turns.len();
                    let _ = writeln!(log, "? {} ({turns} turns)", request.model);
                    self.models.insert(call, request.clone());
                    self.asked = Some((call, request));
                }
                Request::Builtin(tool) => {
                    let arguments = Value::from(tool.arguments.clone());
                    let _ = writeln!(log, "? {} {arguments}", tool.name);
                    self.builtins.insert(call, tool);
                }
            }
        }
        for call in &effects.aborts {
            self.models.remove(call);
            self.builtins.remove(call);
            let _ = writeln!(log, "! abort {}", call.0);
        }
        log
    }

    fn keep_log(&mut self, entries: Vec<LogEntry>, log: &mut String) {
        if !self.silent {
            for entry in &entries {
                let json = serde_json::to_string(entry).expect("entries are JSON");
                let _ = writeln!(log, "# {json}");
            }
        }
        self.log.extend(entries);
    }

    fn send(&mut self, events: &[StreamEvent], log: &mut String) {
        for event in events {
            if !self.silent {
                let json = serde_json::to_string(event).expect("events are JSON");
                let _ = writeln!(log, "> {json}");
            }
            self.sent.push(event.clone());
        }
    }

    /// The parts of the newest message, as a reload shows them.
    pub(super) fn reloaded_parts(&self) -> Vec<Value> {
        let ui = messages::ui(messages::chat(&stored(&self.items), None), None);
        let parts = ui.last().expect("a message").parts.iter();
        parts
            .map(|part| serde_json::to_value(part).expect("parts are JSON"))
            .collect()
    }

    /// The entries of the log of one type.
    pub(super) fn logged(&self, kind: &str) -> Vec<Value> {
        let entries = self.log.iter();
        let mut entries: Vec<Value> = entries
            .map(|entry| serde_json::to_value(entry).expect("entries are JSON"))
            .collect();
        entries.retain(|entry| entry["type"] == kind);
        entries
    }

    /// The types of the events of this leg.
    pub(super) fn sent_types(&self) -> Vec<String> {
        let kind =
            |event| serde_json::to_value(event).expect("events are JSON")["type"].to_string();
        self.sent
            .iter()
            .map(|event| kind(event).replace('"', ""))
            .collect()
    }

    /// The ids of the calls that the client is asked for.
    pub(super) fn open_calls(&self) -> Vec<domain::ToolCallId> {
        let calls = self.sent.iter().find_map(|event| match event {
            StreamEvent::ToolRequest { tool_calls, .. } => Some(tool_calls),
            _ => None,
        });
        calls
            .into_iter()
            .flatten()
            .map(|call| call.tool_call_id.clone())
            .collect()
    }

    /// An answer for each open call.
    pub(super) fn results(&self, value: &Value) -> Vec<ToolAnswer> {
        let answer = |id| ToolAnswer {
            tool_call_id: id,
            result: Some(value.clone()),
            error: None,
            files: Vec::new(),
        };
        self.open_calls().into_iter().map(answer).collect()
    }
}

fn object(value: Value) -> JsonMap {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}

fn environment() -> Environment {
    let limits = Limits {
        message_text_bytes: 10_000,
        steps: 50,
        tool_calls_per_step: 8,
        ..Limits::default()
    };
    Environment {
        limits: Arc::new(limits),
        models: Arc::new(Known),
    }
}

/// Knows the models of one provider.
struct Known;

impl Models for Known {
    fn facts(&self, model: &ModelRef) -> Option<ModelFacts> {
        let price = Price {
            input: 1.0,
            output: 10.0,
            fast: 2.0,
            ..Price::default()
        };
        (*model.provider == *"anthropic").then(|| ModelFacts {
            context_window: Some(32_000),
            fast_mode: true,
            price: Some(price),
            ..ModelFacts::default()
        })
    }
}

fn fresh_machine(
    programs: &Arc<Programs>,
    number: u32,
    state: &SessionState,
    items: &[Arc<Item>],
) -> Machine {
    let begin = Begin {
        execution: format!("e{number}").as_str().into(),
        session: "s".into(),
        revision: "r".into(),
        message: format!("m{number}").as_str().into(),
        last_message: items.last().map(|item| item.message.clone()),
    };
    Machine::new(
        Arc::clone(programs),
        environment(),
        begin,
        state.clone(),
        items.to_vec(),
    )
}

fn describe(items: &[Arc<Item>]) -> String {
    let mut text = String::new();
    for item in items {
        let body = serde_json::to_string(&item.body).expect("bodies are JSON");
        let of = item.worker.as_ref();
        let of = of.map_or_else(String::new, |worker| format!(" of {worker}"));
        let (message, audience) = (&item.message, item.audience);
        let _ = write!(text, "\n  + {message}{of} {audience:?} {body}");
    }
    text
}

/// A program whose `user-message` adds the text and then runs the given blocks.
pub(super) fn program(agent: Agent, blocks: Vec<Block>) -> Program {
    let tools = [
        ("get-time", Display::Description),
        ("search", Display::Stream),
        ("secret", Display::Hidden),
        ("quiet", Display::Title),
    ];
    let text = Piece::Value(Place::TriggerInput("TEXT".into()));
    let add = BlockKind::AddMessage(AddMessage {
        role: domain::Role::User,
        prompt: Some(Prompt {
            pieces: [text].into(),
        }),
        ui_content: None,
        visible: true,
        files: Vec::new(),
    });
    let mut handler = vec![block("Add", Display::Hidden, add)];
    handler.extend(blocks);
    let trigger = Trigger {
        inputs: Vec::new(),
        handler,
    };
    Program {
        inputs: Vec::new(),
        variables: BTreeMap::new(),
        resources: BTreeMap::new(),
        tools: tools
            .into_iter()
            .map(|(name, display)| tool(name, display))
            .collect(),
        skills: Vec::new(),
        on_demand_skills: None,
        mcp_servers: Vec::new(),
        on_demand_mcp_servers: None,
        workers: Vec::new(),
        references: Vec::new(),
        entry: Entry::Interactive {
            agent: Box::new(agent),
            triggers: [("user-message".into(), trigger)].into(),
        },
    }
}

fn tool(name: &str, display: Display) -> Tool {
    let def = ToolDef {
        name: name.into(),
        description: format!("About {name}"),
        input_schema: json!({ "type": "object" }),
    };
    Tool {
        label: Some(format!("About {name}").into()),
        def,
        display,
        retain_last: None,
    }
}

/// An agent with every tool.
pub(super) fn agent(max_steps: u32) -> Agent {
    Agent {
        tools: (0..4).map(ToolIndex).collect(),
        max_steps: Setting::Fixed(max_steps),
        ..Agent::new(Setting::Fixed("anthropic/test".parse().expect("a model")))
    }
}

pub(super) fn block(name: &str, display: Display, kind: BlockKind) -> Block {
    let (name, thread) = (name.into(), ThreadId::main());
    Block {
        name,
        display,
        description: None,
        thread,
        kind,
    }
}

/// A next-message block that streams.
pub(super) fn respond() -> Block {
    block(
        "Respond",
        Display::Stream,
        BlockKind::NextMessage(NextMessage {
            output: None,
            independent: false,
            response_type: None,
        }),
    )
}
