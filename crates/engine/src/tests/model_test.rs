//! Random schedules: triggers, deltas, results in any order, repeats, cancels and crashes, with workers
//! side by side. On every prefix the invariants of RELIABILITY A.3 hold that a machine can break.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    Author, Body, Delta, Display, ErrorInfo, ErrorType, FinishReason, Source, StreamEvent,
    ThreadId, ToolAnswer, WorkerId,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use protocol::program::{
    Agent, Block, BlockKind, Entry, Reference, ReferenceIndex, ThreadFormat, WorkerIndex,
};
use serde_json::json;

use super::bench::{block, respond};
use super::folds::{assert_valid, stored};
use super::legible::Reader;
use super::structured::judge;
use super::threads::{next, serialize, start, within};
use super::{Bench, agent, blocks, builtins, workers};
use crate::{CallId, CancelReason, Programs, Reply, ToolReply, messages, transcript};

/// Something that may happen to a session.
#[derive(Clone, Debug)]
enum Happening {
    /// A new turn, perhaps in place of the newest one.
    Say {
        again: bool,
    },
    /// A piece of one of the answers that are under way.
    Delta {
        which: usize,
        piece: Piece,
    },
    /// A model fails.
    Fail {
        which: usize,
    },
    /// One of the server's own tools answers, or fails.
    Reply {
        which: usize,
        fails: bool,
    },
    /// Posts the results, in another order, some left out, some twice with another value, and one of a
    /// call that nobody made.
    Results {
        drop: usize,
        turned: usize,
        twice: bool,
        error: bool,
    },
    Late,
    Cancel(CancelReason),
    /// The process dies: what was not committed is gone.
    Crash,
    /// It dies behind a commit, before anybody hears of that.
    CrashBehindCommit {
        which: usize,
    },
}

#[derive(Clone, Debug)]
enum Piece {
    Text,
    /// A whole object, of the right type or not.
    Object {
        right: bool,
    },
    Reasoning,
    ReasoningEnd,
    Tool {
        slot: u32,
        name: usize,
        ended: bool,
    },
    Finish(FinishReason),
}

const TOOLS: [&str; 12] = [
    "get-time",
    "search",
    "secret",
    "quiet",
    "nonsense",
    "look",
    "research",
    "review",
    "chief",
    "octavus_todo_write",
    "octavus_web_search",
    "octavus_reference_read",
];

const TOOLS_OF_WORKERS: [&str; 3] = ["look", "research", "nonsense"];

fn arguments(tool: &str) -> &'static str {
    match tool {
        "research" | "review" | "chief" => r#"{"TOPIC": "ants"}"#,
        "octavus_todo_write" => r#"{"merge": true, "todos": [{"id": "1", "content": "x"}]}"#,
        "octavus_reference_read" => r#"{"name": "prices"}"#,
        _ => "{}",
    }
}

fn pieces() -> impl Strategy<Value = Piece> {
    prop_oneof![
        6 => Just(Piece::Text),
        1 => any::<bool>().prop_map(|right| Piece::Object { right }),
        2 => Just(Piece::Reasoning),
        1 => Just(Piece::ReasoningEnd),
        6 => (0..3_u32, 0..TOOLS.len(), prop::bool::weighted(0.8))
            .prop_map(|(slot, name, ended)| Piece::Tool { slot, name, ended }),
        6 => finish_reasons().prop_map(Piece::Finish),
    ]
}

fn finish_reasons() -> impl Strategy<Value = FinishReason> {
    prop_oneof![
        4 => Just(FinishReason::Stop),
        2 => Just(FinishReason::ToolCalls),
        1 => Just(FinishReason::Length),
        1 => Just(FinishReason::ContentFilter),
    ]
}

fn cancel_reasons() -> impl Strategy<Value = CancelReason> {
    prop_oneof![
        Just(CancelReason::Disconnected),
        Just(CancelReason::Draining),
        Just(CancelReason::TimeLimit),
    ]
}

fn happenings() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => prop::bool::weighted(0.2).prop_map(|again| Happening::Say { again }),
        20 => (0..3_usize, pieces()).prop_map(|(which, piece)| Happening::Delta { which, piece }),
        1 => (0..3_usize).prop_map(|which| Happening::Fail { which }),
        4 => (0..2_usize, prop::bool::weighted(0.3))
            .prop_map(|(which, fails)| Happening::Reply { which, fails }),
        6 => (0..2_usize, 0..4_usize, any::<bool>(), any::<bool>()).prop_map(
            |(drop, turned, twice, error)| Happening::Results { drop, turned, twice, error }
        ),
        1 => Just(Happening::Late),
        1 => cancel_reasons().prop_map(Happening::Cancel),
        1 => Just(Happening::Crash),
        1 => (0..3_usize).prop_map(|which| Happening::CrashBehindCommit { which }),
    ]
}

const CHIEF: WorkerIndex = WorkerIndex(2);

/// Blocks of every kind, of which a handler has a few before its answer.
fn pool() -> Vec<Block> {
    let mut pool = vec![
        start("side", agent(3)),
        within("side", next(false)),
        next(true),
        judge(Display::Stream),
        judge(Display::Name),
        workers::run_worker(Display::Stream, json!({ "TOPIC": "ants" })),
        workers::run_worker(Display::Hidden, json!({ "TOPIC": "ants" })),
        blocks::set_resource(Display::Name),
        block("Call", Display::Description, blocks::tool_call()),
        block("Call", Display::Hidden, blocks::tool_call()),
        serialize("main", ThreadFormat::Json),
        Block {
            display: Display::Title,
            ..respond()
        },
        Block {
            display: Display::Hidden,
            ..respond()
        },
    ];
    pool.extend(builtins::media_blocks());
    let mut chief = workers::run_worker(Display::Stream, json!({ "TOPIC": "ants" }));
    if let BlockKind::RunWorker(run) = &mut chief.kind {
        run.worker = CHIEF;
    }
    pool.push(chief);
    pool
}

fn handlers() -> impl Strategy<Value = Vec<Block>> {
    let some = prop_oneof![
        2 => Just(Vec::new()),
        3 => prop::sample::subsequence(pool(), 1..4),
    ];
    some.prop_map(|mut blocks| {
        blocks.push(respond());
        // A pause is found again by the name of its block.
        for (place, block) in blocks.iter_mut().enumerate() {
            block.name = format!("{} {place}", block.name).into();
        }
        blocks
    })
}

fn displays() -> impl Strategy<Value = Display> {
    prop_oneof![
        4 => Just(Display::Stream),
        1 => Just(Display::Name),
        1 => Just(Display::Hidden),
    ]
}

/// An agent with everything that it can have.
fn everything(display: Display, handler: Vec<Block>) -> Programs {
    let mut programs = workers::programs(display, handler);
    let chief = workers::pinned(workers::chief());
    programs.workers.insert("chief".into(), chief);
    let main = std::sync::Arc::make_mut(&mut programs.main);
    main.workers.push(workers::declared("chief", display));
    main.references = vec![Reference {
        name: "prices".into(),
        description: "About prices".into(),
        content: "All of them".into(),
    }];
    if let Entry::Interactive { agent, .. } = &mut main.entry {
        **agent = Agent {
            workers: (0..3).map(WorkerIndex).collect(),
            references: vec![ReferenceIndex(0)],
            todo_list: true,
            web_search: true,
            ..(**agent).clone()
        };
    }
    programs
}

/// A worker that is executed by itself.
fn alone() -> Programs {
    Programs {
        main: std::sync::Arc::new(workers::chief()),
        workers: [("research".into(), workers::pinned(workers::research()))].into(),
    }
}

/// What has happened over all schedules: nothing passes by silence.
#[derive(Debug, Default)]
struct Counts {
    pauses: usize,
    continued: usize,
    ended: usize,
    failed: usize,
    stopped: usize,
    lost: usize,
    lost_behind_commit: usize,
    rolled_back: usize,
    workers: usize,
    workers_in_workers: usize,
    objects: usize,
    operations: usize,
}

/// A session, and what is known of it beside.
struct World {
    counts: Counts,
    alone: bool,
    /// How much was stored when each turn began.
    turns: Vec<usize>,
    bench: Bench,
    reader: Reader,
    /// What the client knew when the pause was stored.
    paused: Reader,
    read: usize,
    checked_items: usize,
    /// Whether the process died in the leg that was the last.
    crashed: bool,
    /// Whether the end of this leg is counted.
    counted: bool,
    slots: HashMap<CallId, HashSet<u32>>,
    says: usize,
    tokens: usize,
}

impl World {
    fn new(programs: Programs) -> Self {
        let mut world = Self {
            counts: Counts::default(),
            alone: matches!(programs.main.entry, Entry::Worker { .. }),
            turns: Vec::new(),
            bench: Bench::silent(programs),
            reader: Reader::default(),
            paused: Reader::default(),
            read: 0,
            checked_items: usize::MAX,
            crashed: false,
            counted: false,
            slots: HashMap::new(),
            says: 0,
            tokens: 0,
        };
        world.say();
        world
    }

    fn say(&mut self) {
        self.turns.push(self.bench.items.len());
        (self.reader, self.read) = (Reader::default(), 0);
        self.crashed = false;
        if self.alone {
            self.bench.execute(workers::topic("ants"));
        } else {
            self.says += 1;
            self.bench.say("hi");
        }
    }

    /// Drops the newest turn, whatever became of it.
    fn roll_back(&mut self) {
        if let Some(start) = self.turns.pop() {
            self.counts.rolled_back += 1;
            self.bench.items.truncate(start);
            self.says = self.says.saturating_sub(1);
        }
    }

    fn apply(&mut self, happening: &Happening) {
        match happening {
            Happening::Say { again } => {
                if *again {
                    self.roll_back();
                }
                self.say();
            }
            Happening::Delta { which, piece } if !self.bench.ended => self.delta(*which, piece),
            Happening::Fail { which } if !self.bench.ended => {
                if let Some(call) = self.model(*which) {
                    self.bench.fail(call, failure());
                }
            }
            Happening::Reply { which, fails } if !self.bench.ended => {
                let open: Vec<CallId> = self.bench.builtins.keys().copied().collect();
                if let Some(call) = open.get(which % open.len().max(1)) {
                    self.bench.reply(*call, answer(*fails));
                }
            }
            Happening::Results {
                drop,
                turned,
                twice,
                error,
            } if self.bench.pause.is_some() => {
                let results = self.some_results(*drop, *twice, *error);
                self.post(results, *turned);
            }
            Happening::Late if !self.bench.ended => {
                let late = Reply::Delta(Delta::Text("late".into()));
                self.bench.reply(CallId(u32::MAX), late);
            }
            Happening::Cancel(reason) if !self.bench.ended => {
                self.counts.stopped += 1;
                self.bench.cancel(*reason);
            }
            Happening::Crash if !self.bench.ended => {
                self.counts.lost += 1;
                (self.bench.ended, self.crashed) = (true, true);
            }
            Happening::CrashBehindCommit { which } if !self.bench.ended => {
                if let Some(call) = self.model(*which) {
                    self.counts.lost_behind_commit += 1;
                    (self.bench.dying, self.crashed) = (true, true);
                    self.bench.delta_of(call, Delta::Finish(FinishReason::Stop));
                    assert!(self.bench.ended, "the end of an answer is a commit");
                }
            }
            _ => {}
        }
    }

    fn model(&self, which: usize) -> Option<CallId> {
        let open: Vec<CallId> = self.bench.models.keys().copied().collect();
        open.get(which % open.len().max(1)).copied()
    }

    fn delta(&mut self, which: usize, piece: &Piece) {
        let Some(call) = self.model(which) else {
            return;
        };
        let request = &self.bench.models[&call];
        let of_worker = &*request.model.provider == "openai";
        // Few answers would be the object that is asked for.
        let piece = match piece {
            Piece::Reasoning if request.response_format.is_some() => &Piece::Object { right: true },
            piece => piece,
        };
        match piece {
            Piece::Text => {
                self.tokens += 1;
                let token = Delta::Text(format!("#{} ", self.tokens));
                self.bench.delta_of(call, token);
            }
            Piece::Object { right } => {
                let object = if *right {
                    r#"{"good": true, "why": "so"}"#
                } else {
                    r#"{"good": 1}"#
                };
                self.bench.delta_of(call, Delta::Text(object.into()));
            }
            Piece::Reasoning => drop(self.bench.delta_of(call, Delta::Reasoning("r".into()))),
            Piece::ReasoningEnd => {
                let opaque = Some(json!({"v": {}}));
                self.bench.delta_of(call, Delta::ReasoningEnd { opaque });
            }
            Piece::Tool { slot, name, ended } => {
                let tools = match of_worker {
                    true => &TOOLS_OF_WORKERS[..],
                    false => &TOOLS[..],
                };
                let tool = tools[name % tools.len()];
                if self.slots.entry(call).or_default().insert(*slot) {
                    self.bench.begin_call(call, *slot, tool, arguments(tool));
                    if *ended {
                        self.bench.delta_of(call, Delta::ToolEnd { slot: *slot });
                    }
                }
            }
            Piece::Finish(reason) => drop(self.bench.delta_of(call, Delta::Finish(*reason))),
        }
    }

    #[expect(
        clippy::fn_params_excessive_bools,
        reason = "both come from one random schedule"
    )]
    fn some_results(&self, drop: usize, twice: bool, error: bool) -> Vec<ToolAnswer> {
        let mut results = self.bench.results(&json!(1));
        if error {
            let error = || Some("failed".to_owned());
            results.iter_mut().for_each(|answer| answer.error = error());
        }
        let file = || vec![builtins::file()];
        results.iter_mut().for_each(|answer| answer.files = file());
        results.truncate(results.len().saturating_sub(drop));
        if twice {
            results.extend(self.bench.results(&json!("second")));
        }
        let stranger = results.first().cloned();
        results.extend(stranger.map(|answer| ToolAnswer {
            tool_call_id: "nobody's".into(),
            ..answer
        }));
        results
    }

    fn post(&mut self, mut results: Vec<ToolAnswer>, turned: usize) {
        self.counts.continued += 1;
        let by = turned % results.len().max(1);
        results.rotate_left(by);
        self.reader = self.paused.clone();
        self.reader.next_leg();
        self.read = 0;
        self.crashed = false;
        self.slots.clear();
        self.bench.resume(results);
    }

    fn check(&mut self) {
        let bench = &self.bench;
        for event in &bench.sent[self.read..] {
            self.reader.read(event, &bench.items);
        }
        self.read = bench.sent.len();
        let ended = bench.ended && !self.crashed;
        if ended && !bench.machine.exec.done {
            self.paused = self.reader.clone();
        }
        if bench.items.len() != self.checked_items {
            self.checked_items = bench.items.len();
            check_history(bench, self.says);
        }
        if ended && !self.counted {
            let counts = &mut self.counts;
            match bench.sent.last() {
                Some(StreamEvent::Error(_)) => counts.failed += 1,
                Some(_) if bench.machine.exec.done => counts.ended += 1,
                Some(_) | None => counts.pauses += 1,
            }
        }
        self.counted = bench.ended;
        let calls = &bench.machine.exec.calls;
        assert!(!ended || calls.is_empty(), "{calls:?} go on behind the end");
    }
}

fn failure() -> ErrorInfo {
    ErrorInfo::platform(ErrorType::ProviderError, "failed")
}

fn answer(fails: bool) -> Reply {
    if fails {
        return Reply::Failed(failure());
    }
    Reply::Tool(ToolReply {
        output: json!("found"),
        files: vec![builtins::file()],
        sources: vec![Source::Url {
            id: "1".into(),
            url: "https://example.com/ants".into(),
            title: None,
        }],
    })
}

/// What is stored is a conversation that every model takes, in every thread of everybody, and holds
/// everything once.
fn check_history(bench: &Bench, says: usize) {
    let mut threads: BTreeSet<(Option<WorkerId>, ThreadId)> = BTreeSet::new();
    let (mut calls, mut results) = (HashSet::new(), HashSet::new());
    let (mut texts, mut users) = (HashSet::new(), 0);
    for item in &bench.items {
        threads.insert((item.worker.clone(), item.thread.clone()));
        let of_user = matches!(item.author, Author::User { .. });
        match &item.body {
            Body::Text { .. } if of_user && item.worker.is_none() => users += 1,
            Body::Text { text } if !of_user => {
                let tokens = text.split(' ').filter(|token| token.starts_with('#'));
                for token in tokens {
                    assert!(texts.insert(token.to_owned()), "{token} is stored twice");
                }
            }
            Body::Call(call) => assert!(calls.insert(call.id.clone()), "a call twice"),
            Body::Result { call, .. } => {
                assert!(calls.contains(call), "a result of no call");
                assert!(results.insert(call.clone()), "a result twice");
            }
            _ => {}
        }
    }
    assert_eq!(users, says, "each message of the user is stored once");
    for (worker, thread) in threads {
        assert_valid(&transcript::fold(&bench.items, worker.as_ref(), &thread, None, None).turns);
    }
    for request in bench.models.values() {
        assert_valid(&request.turns);
    }
}

/// Runs schedules, and counts what has happened in them.
fn run(schedules: u32, programs: impl Strategy<Value = Programs>) -> Counts {
    let mut counts = Counts::default();
    let happenings = prop::collection::vec(happenings(), 1..40);
    let config = ProptestConfig::with_cases(schedules);
    let counted = std::cell::RefCell::new(&mut counts);
    TestRunner::new(config)
        .run(&(programs, happenings), |(programs, schedule)| {
            let mut world = World::new(programs);
            world.check();
            for happening in &schedule {
                world.apply(happening);
                world.check();
            }
            let shown = messages::ui(messages::chat(&stored(&world.bench.items), None), None);
            prop_assert!(shown.iter().all(|message| !message.parts.is_empty()));
            counted.borrow_mut().add(&world);
            Ok(())
        })
        .expect("the invariants hold");
    counts
}

impl Counts {
    fn add(&mut self, world: &World) {
        let Counts {
            pauses,
            continued,
            ended,
            failed,
            stopped,
            lost,
            lost_behind_commit,
            rolled_back,
            ..
        } = &world.counts;
        self.pauses += pauses;
        self.continued += continued;
        self.ended += ended;
        self.failed += failed;
        self.stopped += stopped;
        self.lost += lost;
        self.lost_behind_commit += lost_behind_commit;
        self.rolled_back += rolled_back;
        for item in &world.bench.items {
            match &item.body {
                Body::WorkerEnd { .. } if item.worker.is_some() => self.workers_in_workers += 1,
                Body::WorkerEnd { .. } => self.workers += 1,
                Body::Object { .. } => self.objects += 1,
                Body::Operation { .. } => self.operations += 1,
                _ => {}
            }
        }
    }
}

#[test]
fn invariants_hold_on_every_prefix() {
    let programs =
        (displays(), handlers()).prop_map(|(display, handler)| everything(display, handler));
    let counts = run(10_000, programs);
    let floors = [
        (counts.pauses, 1_000),
        (counts.continued, 500),
        (counts.ended, 1_000),
        (counts.failed, 1_000),
        (counts.stopped, 500),
        (counts.lost, 500),
        (counts.lost_behind_commit, 500),
        (counts.rolled_back, 500),
        (counts.workers, 100),
        (counts.workers_in_workers, 10),
        (counts.objects, 50),
        (counts.operations, 500),
    ];
    let happened = floors.iter().all(|(count, floor)| count >= floor);
    assert!(happened, "too little has happened: {counts:?}");
}

#[test]
fn they_hold_for_a_worker_by_itself() {
    let counts = run(1_000, Just(()).prop_map(|()| alone()));
    let happened = counts.pauses > 50 && counts.ended > 50 && counts.workers_in_workers > 20;
    assert!(happened, "too little has happened: {counts:?}");
}
