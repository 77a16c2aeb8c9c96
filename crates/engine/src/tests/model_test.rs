//! Random schedules: triggers, deltas, results in any order, repeats, cancels and crashes, with workers
//! side by side. On every prefix the invariants of RELIABILITY A.3 hold that a machine can break.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    Author, Body, Delta, Display, ErrorInfo, ErrorType, FinishReason, ThreadId, WorkerId,
};
use proptest::prelude::*;
use protocol::program::{Agent, Block, Entry, Reference, ReferenceIndex};
use serde_json::json;

use super::bench::respond;
use super::folds::{assert_valid, stored};
use super::legible::Reader;
use super::structured::judge;
use super::threads::{next, start, within};
use super::{Bench, agent, workers};
use crate::{CallId, CancelReason, Programs, Reply, ToolReply, messages, transcript};

/// Something that may happen to a session.
#[derive(Clone, Debug)]
enum Happening {
    Say,
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
    /// Posts the results, some left out, some twice.
    Results {
        drop: usize,
        twice: bool,
        error: bool,
    },
    Late,
    Cancel,
    /// The process dies: what was not committed is gone.
    Crash,
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
    Finish,
}

const TOOLS: [&str; 11] = [
    "get-time",
    "search",
    "secret",
    "quiet",
    "nonsense",
    "look",
    "research",
    "review",
    "octavus_todo_write",
    "octavus_web_search",
    "octavus_reference_read",
];

fn arguments(tool: &str) -> &'static str {
    match tool {
        "research" | "review" => r#"{"TOPIC": "ants"}"#,
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
        6 => Just(Piece::Finish),
    ]
}

fn happenings() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => Just(Happening::Say),
        20 => (0..3_usize, pieces()).prop_map(|(which, piece)| Happening::Delta { which, piece }),
        1 => (0..3_usize).prop_map(|which| Happening::Fail { which }),
        4 => (0..2_usize, prop::bool::weighted(0.3))
            .prop_map(|(which, fails)| Happening::Reply { which, fails }),
        6 => (0..2_usize, any::<bool>(), any::<bool>())
            .prop_map(|(drop, twice, error)| Happening::Results { drop, twice, error }),
        1 => Just(Happening::Late),
        1 => Just(Happening::Cancel),
        1 => Just(Happening::Crash),
    ]
}

/// An answer alone, or behind one in a thread of its own, one that is kept aside, an object, a worker.
fn handlers() -> impl Strategy<Value = Vec<Block>> {
    let in_thread = vec![
        start("side", agent(3)),
        within("side", next(false)),
        respond(),
    ];
    let by_block = vec![
        workers::run_worker(Display::Stream, json!({ "TOPIC": "ants" })),
        respond(),
    ];
    prop_oneof![
        3 => Just(vec![respond()]),
        1 => Just(in_thread),
        1 => Just(vec![next(true), respond()]),
        1 => Just(vec![judge(Display::Stream), respond()]),
        1 => Just(by_block),
    ]
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
    let main = std::sync::Arc::make_mut(&mut programs.main);
    main.references = vec![Reference {
        name: "prices".into(),
        description: "About prices".into(),
        content: "All of them".into(),
    }];
    if let Entry::Interactive { agent, .. } = &mut main.entry {
        **agent = Agent {
            references: vec![ReferenceIndex(0)],
            todo_list: true,
            web_search: true,
            ..(**agent).clone()
        };
    }
    programs
}

/// A session, and what is known of it beside.
struct World {
    bench: Bench,
    reader: Reader,
    /// What the client knew when the pause was stored.
    paused: Reader,
    read: usize,
    checked_items: usize,
    /// Whether the process died in the leg that was the last.
    crashed: bool,
    slots: HashMap<CallId, HashSet<u32>>,
    says: usize,
    tokens: usize,
}

impl World {
    fn new(programs: Programs) -> Self {
        let mut world = Self {
            bench: Bench::silent(programs),
            reader: Reader::default(),
            paused: Reader::default(),
            read: 0,
            checked_items: usize::MAX,
            crashed: false,
            slots: HashMap::new(),
            says: 0,
            tokens: 0,
        };
        world.say();
        world
    }

    fn say(&mut self) {
        self.says += 1;
        (self.reader, self.read) = (Reader::default(), 0);
        self.crashed = false;
        self.bench.say("hi");
    }

    fn apply(&mut self, happening: &Happening) {
        match happening {
            Happening::Say => self.say(),
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
            Happening::Results { drop, twice, error } if self.bench.pause.is_some() => {
                self.results(*drop, *twice, *error);
            }
            Happening::Late if !self.bench.ended => {
                let late = Reply::Delta(Delta::Text("late".into()));
                self.bench.reply(CallId(u32::MAX), late);
            }
            Happening::Cancel if !self.bench.ended => {
                self.bench.cancel(CancelReason::Disconnected);
            }
            Happening::Crash if !self.bench.ended => {
                (self.bench.ended, self.crashed) = (true, true);
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
                if self.slots.entry(call).or_default().insert(*slot) {
                    let arguments = arguments(TOOLS[*name]);
                    self.bench.begin_call(call, *slot, TOOLS[*name], arguments);
                    if *ended {
                        self.bench.delta_of(call, Delta::ToolEnd { slot: *slot });
                    }
                }
            }
            Piece::Finish => drop(self.bench.delta_of(call, Delta::Finish(FinishReason::Stop))),
        }
    }

    #[expect(
        clippy::fn_params_excessive_bools,
        reason = "both come from one random schedule"
    )]
    fn results(&mut self, drop: usize, twice: bool, error: bool) {
        let mut results = self.bench.results(&json!(1));
        if error {
            let error = || Some("failed".to_owned());
            results.iter_mut().for_each(|answer| answer.error = error());
        }
        results.truncate(results.len().saturating_sub(drop));
        if twice {
            results.extend(results.clone());
        }
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
        files: Vec::new(),
        sources: Vec::new(),
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
        assert_valid(&transcript::fold(&bench.items, worker.as_ref(), &thread, None).turns);
    }
    for request in bench.models.values() {
        assert_valid(&request.turns);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn invariants_hold_on_every_prefix(
        handler in handlers(),
        display in displays(),
        schedule in prop::collection::vec(happenings(), 1..40),
    ) {
        let mut world = World::new(everything(display, handler));
        world.check();
        for happening in &schedule {
            world.apply(happening);
            world.check();
        }
        let shown = messages::ui(messages::chat(&stored(&world.bench.items)), None);
        prop_assert!(shown.iter().all(|message| !message.parts.is_empty()));
    }
}
