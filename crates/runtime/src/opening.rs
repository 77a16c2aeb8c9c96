//! How a leg begins: take the session, load what the machine reads, commit its first step.
//!
//! All of it happens in the leg's own task. A client that leaves meanwhile leaves a task behind that
//! finds its reader gone, instead of a lease that nobody holds.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::wire::WireVersion;
use domain::{
    ExecutionId, JsonMap, MessageId, ProjectId, Sender, SessionId, StoredItem, ToolAnswer,
};
use engine::{Begin, Execution, Input, Machine, Trigger};
use futures_util::FutureExt;
use protocol::input;
use store::{AcquireLease, Acquired, ExecutionStatus, FindAgent, Lease, Session, StoredExecution};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::in_flight::InFlight;
use crate::leases::{Leases, Stop, release};
use crate::leg::{Begins, Leg, LegError};
use crate::tape::{self, TapeReader};
use crate::{Inner, Runtime, RuntimeError, clock, ids};

/// How long to wait before asking again for a session that another node holds.
const BUSY_POLL: Duration = Duration::from_millis(100);

/// A trigger, as a client fires it.
#[derive(Clone, Debug)]
pub struct TriggerRequest {
    pub name: String,
    pub input: JsonMap,
    pub sender: Option<Sender>,
    pub rollback: Option<Rollback>,
}

/// What a retry drops before it runs (CONTRACT 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// Everything.
    ToStart,
    /// Everything behind that message.
    After(MessageId),
}

/// The results of tool calls, as a client posts them.
#[derive(Clone, Debug)]
pub struct ContinueRequest {
    /// Absent in the documented short form: then the session's newest execution is meant.
    pub execution: Option<ExecutionId>,
    pub results: Vec<ToolAnswer>,
}

enum Request {
    Trigger(TriggerRequest),
    Continue(ContinueRequest),
}

impl Runtime {
    /// Runs a trigger. The stream begins when it is accepted: stored for good.
    ///
    /// # Errors
    /// When the session, the trigger or its input is not right, or the session stays busy.
    pub async fn trigger(
        &self,
        project: &ProjectId,
        session: &SessionId,
        request: TriggerRequest,
        wire: WireVersion,
    ) -> Result<TapeReader, RuntimeError> {
        self.open(project, session, Request::Trigger(request), wire)
            .await
    }

    /// Goes on with an execution that waits for tool results.
    ///
    /// # Errors
    /// When the session or the execution is not there, or the session stays busy.
    pub async fn resume(
        &self,
        project: &ProjectId,
        session: &SessionId,
        request: ContinueRequest,
        wire: WireVersion,
    ) -> Result<TapeReader, RuntimeError> {
        self.open(project, session, Request::Continue(request), wire)
            .await
    }

    async fn open(
        &self,
        project: &ProjectId,
        session: &SessionId,
        request: Request,
        wire: WireVersion,
    ) -> Result<TapeReader, RuntimeError> {
        if self.inner.leases.is_closed() {
            return Err(RuntimeError::ShuttingDown);
        }
        let (answer, opened) = oneshot::channel();
        let opening = Opening {
            inner: Arc::clone(&self.inner),
            project: project.clone(),
            session: session.clone(),
            wire,
        };
        self.inner.legs.spawn(opening.run(request, answer));
        opened.await.unwrap_or(Err(RuntimeError::LegLost))
    }
}

struct Opening {
    inner: Arc<Inner>,
    project: ProjectId,
    session: SessionId,
    wire: WireVersion,
}

/// A machine and the input that starts its leg.
struct Loaded {
    execution: ExecutionId,
    number: u32,
    machine: Machine,
    input: Input,
    begins: Begins,
}

type Answer = oneshot::Sender<Result<TapeReader, RuntimeError>>;

impl Opening {
    async fn run(self, request: Request, answer: Answer) {
        let (lease, session) = match self.acquire().await {
            Ok(taken) => taken,
            // Nobody to tell: the client has left.
            Err(error) => return drop(answer.send(Err(error))),
        };
        let loaded = match request {
            Request::Trigger(request) => self.load_trigger(session, request).await,
            Request::Continue(request) => self.load_pause(session, request).await,
        };
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                release(&self.inner, &lease).await;
                return drop(answer.send(Err(error)));
            }
        };
        self.begin(lease, loaded, answer).await;
    }

    async fn begin(self, lease: Lease, loaded: Loaded, answer: Answer) {
        let Loaded {
            execution,
            number,
            machine,
            input,
            begins,
        } = loaded;
        let stop = Stop::default();
        let capacity = self.inner.limits.tape_bytes;
        let (tape, reader) = tape::new(self.wire, capacity, stop.disconnect_token());
        let registration = Leases::register(&self.inner, &lease, &stop);
        let mut leg = Leg {
            inner: self.inner,
            lease,
            execution,
            number,
            machine,
            tape,
            stop,
            in_flight: InFlight::default(),
            log: Vec::new(),
            begins: Some(begins),
            _registration: registration,
        };
        match AssertUnwindSafe(leg.begin(input)).catch_unwind().await {
            Ok(Ok(progress)) => {
                drop(answer.send(Ok(reader)));
                leg.run(progress).await;
            }
            Ok(Err(error)) => {
                release(&leg.inner, &leg.lease).await;
                drop(answer.send(Err(begin_error(error))));
            }
            // The dropped answer says that the leg was lost.
            Err(_panic) => release(&leg.inner, &leg.lease).await,
        }
    }

    /// Takes the session, waiting for the leg that runs in it.
    async fn acquire(&self) -> Result<(Lease, Session), RuntimeError> {
        let deadline = Instant::now() + self.inner.limits.busy_wait;
        loop {
            let now = clock::now();
            let request = AcquireLease {
                project: &self.project,
                session: &self.session,
                node: &self.inner.config.node,
                now,
                until: now.plus(self.inner.config.lease_ttl),
            };
            match self.inner.store.acquire(request).await? {
                Acquired::Taken { lease, session } => return Ok((lease, session)),
                Acquired::NotFound => return Err(RuntimeError::SessionNotFound),
                Acquired::Expired { .. } => return Err(RuntimeError::SessionExpired),
                Acquired::Busy if Instant::now() >= deadline => {
                    return Err(RuntimeError::SessionBusy {
                        retry_after: Duration::from_secs(1),
                    });
                }
                Acquired::Busy => self.wait_for_turn(deadline).await,
            }
        }
    }

    /// Waits for the leg of this node to end, or a moment where another node has the session.
    async fn wait_for_turn(&self, deadline: Instant) {
        let wait = deadline.saturating_duration_since(Instant::now());
        let before = Instant::now();
        let _ = timeout(wait, self.inner.leases.ended(&self.session)).await;
        if before.elapsed() < BUSY_POLL {
            tokio::time::sleep(BUSY_POLL.min(wait)).await;
        }
    }

    async fn load_trigger(
        &self,
        session: Session,
        request: TriggerRequest,
    ) -> Result<Loaded, RuntimeError> {
        let revision = self.revision_for(&session).await?;
        let inner = &self.inner;
        let program = inner
            .programs
            .get(&*inner.store, &session.agent, &revision)
            .await?;
        let Some((name, trigger)) = program.triggers.get_key_value(&*request.name) else {
            return Err(RuntimeError::InvalidInput(unknown_trigger(
                &program,
                &request.name,
            )));
        };
        let input = input::check(&trigger.inputs, request.input)
            .map_err(|errors| RuntimeError::InvalidInput(errors.to_string()))?;
        let name = Arc::clone(name);
        let mut items = inner.store.items(&session.id).await?;
        let rewind = match &request.rollback {
            Some(rollback) => self.roll_back(rollback, &mut items).await?,
            None => None,
        };
        let now = clock::now();
        let execution = ids::new_execution_id(now);
        let begin = Begin {
            execution: execution.clone(),
            session: session.id,
            revision,
            message: ids::new_message_id(now),
            last_message: items.last().map(|stored| stored.item.message.clone()),
        };
        let history = items.into_iter().map(|stored| stored.item).collect();
        let limits = Arc::clone(&inner.limits);
        let machine = Machine::new(program, limits, begin, session.state, history);
        let input = Input::Trigger(Trigger {
            name,
            input,
            sender: request.sender,
        });
        Ok(Loaded {
            execution,
            number: 1,
            machine,
            input,
            begins: Begins { rewind },
        })
    }

    /// The revision that a new execution runs.
    async fn revision_for(&self, session: &Session) -> Result<domain::RevisionId, RuntimeError> {
        if !self.inner.config.follow_newest {
            return Ok(session.revision.clone());
        }
        let find = FindAgent::Id(&session.agent);
        let newest = self.inner.store.agent(&self.project, find).await?;
        Ok(newest.map_or_else(|| session.revision.clone(), |agent| agent.revision))
    }

    /// Takes back what a retry drops; answers the seq of the first item that has to go.
    async fn roll_back(
        &self,
        rollback: &Rollback,
        items: &mut Vec<StoredItem>,
    ) -> Result<Option<i64>, RuntimeError> {
        let keep = match rollback {
            Rollback::ToStart => 0,
            Rollback::After(message) => {
                match items
                    .iter()
                    .rposition(|stored| stored.item.message == *message)
                {
                    Some(place) => place + 1,
                    None => self.failed_turn_start(items).await?,
                }
            }
        };
        let first_dropped = items.get(keep).map(|stored| stored.seq);
        items.truncate(keep);
        Ok(first_dropped)
    }

    /// Where the newest turn begins, if it failed or was stopped: a client that lost its first answer
    /// names a message that only it knows (CONTRACT 7.4).
    async fn failed_turn_start(&self, items: &[StoredItem]) -> Result<usize, RuntimeError> {
        let last = self.inner.store.last_execution(&self.session).await?;
        let failed = last.filter(|execution| match execution.status {
            ExecutionStatus::Failed | ExecutionStatus::Stopped | ExecutionStatus::Running => true,
            ExecutionStatus::Waiting | ExecutionStatus::Done => false,
        });
        Ok(failed.map_or(items.len(), |execution| {
            items.partition_point(|stored| stored.seq < execution.first_seq)
        }))
    }

    async fn load_pause(
        &self,
        session: Session,
        request: ContinueRequest,
    ) -> Result<Loaded, RuntimeError> {
        let store = &self.inner.store;
        let stored = match &request.execution {
            Some(id) => store.execution(&session.id, id).await?,
            None => store.last_execution(&session.id).await?,
        };
        let Some(StoredExecution {
            id,
            leg,
            pause: Some(pause),
            ..
        }) = stored
        else {
            return Err(RuntimeError::ExecutionNotFound);
        };
        let exec = Execution::from_frame(&pause.frame)?;
        if is_stale(&exec, &request.results) {
            return Err(RuntimeError::ExecutionNotFound);
        }
        let programs = &self.inner.programs;
        let program = programs
            .get(&**store, &session.agent, exec.revision())
            .await?;
        let mut items = store.items(&session.id).await?;
        // An earlier try of this leg was cut: it is undone, and run again (CONTRACT 7.6).
        let rewind = (leg > exec.leg()).then_some(pause.next_seq);
        items.truncate(items.partition_point(|stored| stored.seq < pause.next_seq));
        let history = items.into_iter().map(|stored| stored.item).collect();
        let limits = Arc::clone(&self.inner.limits);
        let machine = Machine::resume(program, limits, exec, pause.state, history)?;
        let number = leg + 1;
        let input = Input::Continue {
            leg: number,
            results: request.results,
        };
        Ok(Loaded {
            execution: id,
            number,
            machine,
            input,
            begins: Begins { rewind },
        })
    }
}

/// Whether results answer none of the calls that are waited for: they are those of an earlier pause,
/// sent again.
fn is_stale(exec: &Execution, results: &[ToolAnswer]) -> bool {
    !results.is_empty()
        && !results
            .iter()
            .any(|answer| exec.waits_for(&answer.tool_call_id))
}

fn unknown_trigger(program: &protocol::program::Program, name: &str) -> String {
    let known: Vec<&str> = program.triggers.keys().map(|name| &**name).collect();
    if known.is_empty() {
        format!("unknown trigger `{name}`: the agent has none")
    } else {
        format!(
            "unknown trigger `{name}`; the agent has {}",
            known.join(", ")
        )
    }
}

fn begin_error(error: LegError) -> RuntimeError {
    match error {
        LegError::Commit(error) => RuntimeError::Store(error),
        LegError::Frame(error) => RuntimeError::BrokenPause(error.into()),
    }
}
