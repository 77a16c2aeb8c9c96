//! Random schedules on one session, against the plainest model of it.

use std::collections::VecDeque;

use domain::SessionId;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::world::{LEASE_END, Place, Step, World, at, state};
use crate::{Acquired, CommitPoint, ExecutionStatus, Lease, StoreError};

const SCHEDULES: usize = 24;
const OPS: usize = 40;

#[derive(Clone, Copy, Debug)]
enum Op {
    Acquire {
        node: usize,
        /// After the end of every lease so far.
        late: bool,
    },
    /// Leases are counted from the newest; the others are stale.
    Commit {
        lease: usize,
        write: Write,
    },
    Release {
        lease: usize,
    },
    Expire,
}

#[derive(Clone, Copy, Debug)]
struct Write {
    leg: Leg,
    point: CommitPoint<'static>,
    rewind: Option<u8>,
    items: usize,
    value: Option<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Leg {
    /// The first commit of a new execution.
    First,
    /// The first commit of a later leg of the newest one.
    Later,
    /// Any other commit of it.
    Same,
}

/// `a` was started twice.
const NODES: [&str; 3] = ["a#1", "a#2", "b#1"];
const FRAME: &str = "{}";

fn schedule() -> impl Strategy<Value = Vec<Op>> {
    // The newest lease, which may be good, is used most.
    let lease = prop_oneof![4 => Just(0_usize), 1 => 1..3_usize];
    let acquire = (0..NODES.len(), prop::bool::weighted(0.2))
        .prop_map(|(node, late)| Op::Acquire { node, late });
    let commit = (lease.clone(), write()).prop_map(|(lease, write)| Op::Commit { lease, write });
    let release = lease.prop_map(|lease| Op::Release { lease });
    let op = prop_oneof![
        60 => acquire, 100 => commit, 10 => release, 2 => Just(Op::Expire),
    ];
    vec(op, OPS)
}

fn write() -> impl Strategy<Value = Write> {
    let leg = prop_oneof![Just(Leg::First), Just(Leg::Later), Just(Leg::Same)];
    let point = prop_oneof![
        4 => Just(CommitPoint::Step),
        2 => Just(CommitPoint::Pause { frame: FRAME }),
        1 => any::<bool>().prop_map(|failed| CommitPoint::End { failed }),
        1 => Just(CommitPoint::Stop),
    ];
    let rewind = prop::option::weighted(0.2, 0..6_u8);
    let write = (leg, point, rewind, 0..3_usize, any::<Option<u8>>());
    write.prop_map(|(leg, point, rewind, items, value)| Write {
        leg,
        point,
        rewind,
        items,
        value,
    })
}

/// What a session must hold.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    epoch: i64,
    owner: Option<usize>,
    items: Vec<String>,
    value: Option<u8>,
    executions: Vec<Execution>,
    expired: bool,
    /// How many items were ever written: it names them.
    written: usize,
}

#[derive(Clone, Debug, PartialEq)]
struct Execution {
    status: ExecutionStatus,
    leg: u32,
    first_seq: usize,
    /// The value and the number of items at the pause.
    pause: Option<(Option<u8>, usize)>,
}

/// How an operation ends, as far as the model tells.
#[derive(Debug, PartialEq)]
enum Outcome {
    Done,
    Busy,
    Expired,
    LeaseLost,
    Refused,
}

impl Model {
    fn holds(&self, lease: &Lease) -> bool {
        self.owner.is_some() && lease.epoch == self.epoch
    }

    fn acquire(&mut self, node: usize, late: bool) -> Outcome {
        if self.expired {
            return Outcome::Expired;
        }
        let left_behind = |owner: usize| owner != node && NODES[owner][..1] == NODES[node][..1];
        if self.owner.is_some_and(|owner| !late && !left_behind(owner)) {
            return Outcome::Busy;
        }
        self.owner = Some(node);
        self.epoch += 1;
        Outcome::Done
    }

    fn commit(&mut self, lease: &Lease, write: Write, texts: &[String]) -> Outcome {
        if !self.holds(lease) {
            return Outcome::LeaseLost;
        }
        let untouched = matches!((write.leg, write.point), (Leg::Same, CommitPoint::Step));
        if self.executions.is_empty() && !matches!(write.leg, Leg::First) && !untouched {
            return Outcome::Refused;
        }
        if let Some(from) = write.rewind {
            self.items.truncate(from.into());
        }
        let first_seq = self.items.len();
        self.items.extend_from_slice(texts);
        self.written += texts.len();
        self.value = write.value.or(self.value);
        match write.leg {
            Leg::First => self.begin(first_seq),
            Leg::Later => {
                if let Some(newest) = self.executions.last_mut() {
                    newest.leg += 1;
                    newest.status = ExecutionStatus::Running;
                }
            }
            Leg::Same => {}
        }
        self.reach(write.point);
        Outcome::Done
    }

    fn begin(&mut self, first_seq: usize) {
        use ExecutionStatus::{Running, Stopped, Waiting};
        for old in &mut self.executions {
            old.pause = None;
            if matches!(old.status, Running | Waiting) {
                old.status = Stopped;
            }
        }
        self.executions.push(Execution {
            status: Running,
            leg: 1,
            first_seq,
            pause: None,
        });
    }

    fn reach(&mut self, point: CommitPoint<'_>) {
        let here = (self.value, self.items.len());
        let Some(newest) = self.executions.last_mut() else {
            return;
        };
        (newest.status, newest.pause) = match point {
            CommitPoint::Step => return,
            CommitPoint::Pause { .. } => (ExecutionStatus::Waiting, Some(here)),
            CommitPoint::End { failed: false } => (ExecutionStatus::Done, None),
            CommitPoint::End { failed: true } => (ExecutionStatus::Failed, None),
            CommitPoint::Stop => (ExecutionStatus::Stopped, newest.pause),
        };
        self.owner = None;
    }

    fn expire(&mut self) {
        if !self.expired {
            *self = Self {
                epoch: self.epoch + 1,
                expired: true,
                written: self.written,
                ..Self::default()
            };
        }
    }
}

/// A session, its model, and the leases that were given for it, newest first.
struct Run {
    world: World,
    id: SessionId,
    model: Model,
    leases: VecDeque<Lease>,
    now: i64,
}

impl Run {
    async fn apply(&mut self, op: Op) {
        let lease = |leases: &VecDeque<Lease>, index| {
            let unknown = Lease {
                session: self.id.clone(),
                epoch: -1,
            };
            leases.get(index).cloned().unwrap_or(unknown)
        };
        match op {
            Op::Acquire { node, late } => self.acquire(node, late).await,
            Op::Commit {
                lease: index,
                write,
            } => {
                let lease = lease(&self.leases, index);
                self.commit(&lease, write).await;
            }
            Op::Release { lease: index } => {
                let lease = lease(&self.leases, index);
                self.world.store.release(&lease).await.unwrap();
                if lease.epoch == self.model.epoch {
                    self.model.owner = None;
                }
            }
            Op::Expire => {
                let (store, project) = (&self.world.store, &self.world.project);
                let now = super::world::at(self.now);
                let expired = store.expire_session(project, &self.id, now).await;
                assert_eq!(expired.unwrap(), Some(!self.model.expired));
                self.model.expire();
            }
        }
    }

    async fn acquire(&mut self, node: usize, late: bool) {
        if late {
            self.now += LEASE_END.as_millis();
        }
        let acquired = self.world.acquire(&self.id, NODES[node], self.now).await;
        let ended = match acquired {
            Acquired::Taken { lease, .. } => {
                self.leases.push_front(lease);
                Outcome::Done
            }
            Acquired::Busy => Outcome::Busy,
            Acquired::Expired { .. } => Outcome::Expired,
            Acquired::NotFound => panic!("the session is there"),
        };
        assert_eq!(ended, self.model.acquire(node, late));
    }

    async fn commit(&mut self, lease: &Lease, write: Write) {
        let numbers = self.model.written..self.model.written + write.items;
        let texts: Vec<String> = numbers.map(|number| number.to_string()).collect();
        let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
        let values = write.value.map(|value| state(&value.to_string()));
        let count = self.model.executions.len();
        let newest = self.model.executions.last();
        let (number, leg, begin) = match write.leg {
            Leg::First => (count + 1, 1, true),
            Leg::Later => (count, newest.map_or(2, |it| it.leg + 1), true),
            Leg::Same => (count, newest.map_or(1, |it| it.leg), false),
        };
        let execution = format!("e{number}");
        let step = Step {
            begin,
            rewind: write.rewind.map(i64::from),
            state: values.as_ref(),
            ..Step::more(&execution)
                .leg(leg)
                .texts(&borrowed)
                .log(&borrowed)
        };
        let committed = self.world.commit(lease, step.at(write.point)).await;
        let expected = self.model.commit(lease, write, &texts);
        assert_eq!(outcome(committed), expected);
    }

    async fn check(&self) {
        let (world, model) = (&self.world, &self.model);
        let texts: Vec<String> = (0_i64..)
            .zip(world.texts(&self.id).await)
            .map(|(seq, (stored_seq, text))| {
                assert_eq!(seq, stored_seq);
                text
            })
            .collect();
        assert_eq!(texts, model.items);

        let held = world.session(&self.id).await.state;
        let expected = model.value.map(|value| state(&value.to_string()));
        assert_eq!(held, expected.unwrap_or_default());

        for (number, expected) in (1..).zip(&model.executions) {
            let execution = world.execution(&self.id, &format!("e{number}")).await;
            let seq = |seq| i64::try_from(seq).unwrap();
            let runs = expected.status == ExecutionStatus::Running;
            let status = match model.owner {
                // Nobody is there to run it.
                None if runs => ExecutionStatus::Stopped,
                None | Some(_) => expected.status,
            };
            assert_eq!(execution.status, status);
            assert_eq!(execution.leg, expected.leg);
            assert_eq!(execution.first_seq, seq(expected.first_seq));
            let pause = execution.pause.map(|pause| (pause.state, pause.next_seq));
            let expected = expected.pause.map(|(value, items)| {
                let value = value.map(|value| state(&value.to_string()));
                (value.unwrap_or_default(), seq(items))
            });
            assert_eq!(pause, expected);
        }
        let last = world.store.last_execution(&self.id, at(5)).await.unwrap();
        let newest = model.executions.len();
        assert_eq!(
            last.map(|it| it.id.to_string()),
            (newest > 0).then(|| format!("e{newest}"))
        );
    }
}

fn outcome<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Outcome {
    match result {
        Ok(_) => Outcome::Done,
        Err(StoreError::LeaseLost) => Outcome::LeaseLost,
        Err(StoreError::Refused(_)) => Outcome::Refused,
        Err(error) => panic!("not an error that a schedule can bring about: {error:?}"),
    }
}

/// The schedules are the same on each run.
#[expect(
    clippy::print_stdout,
    reason = "the harness shows the schedule of a test that failed"
)]
pub(crate) async fn a_store_behaves_as_its_model(place: Place) {
    let store = place.open().await;
    let mut runner = TestRunner::deterministic();
    for number in 0..SCHEDULES {
        let schedule = schedule().new_tree(&mut runner).unwrap().current();
        let world = World::in_store(std::sync::Arc::clone(&store)).await;
        let mut new = world.new_session(&format!("s{number}"));
        new.expires = super::world::at(i64::MAX);
        let id = new.id.clone();
        store.create_session(new).await.unwrap();
        let mut run = Run {
            world,
            id,
            model: Model::default(),
            leases: VecDeque::new(),
            now: 1,
        };
        println!("schedule {number}");
        for op in schedule {
            println!("{op:?}");
            run.apply(op).await;
            run.check().await;
        }
    }
}
