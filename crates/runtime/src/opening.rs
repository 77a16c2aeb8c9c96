//! How a leg begins: take the session, load what the machine reads, commit its first step.
//!
//! All of it happens in the leg's own task. A client that leaves meanwhile leaves a task behind that
//! finds its reader gone, instead of a lease that nobody holds.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::wire::WireVersion;
use domain::{
    ExecutionId, JsonMap, MessageId, ProjectId, Sender, SessionId, ToolAnswer, ToolSchema,
};
use futures_util::FutureExt;
use store::{AcquireLease, Acquired, Lease};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::in_flight::InFlight;
use crate::leases::{Leases, Stop, release};
use crate::leg::{Leg, LegError};
use crate::loading::Loaded;
use crate::starting::{StartRequest, Taken};
use crate::tape::{self, TapeReader};
use crate::{Inner, Runtime, RuntimeError, clock};

/// How long to wait before asking again for a session that another node holds.
const BUSY_POLL: Duration = Duration::from_millis(100);

/// A trigger, as a client fires it.
#[derive(Clone, Debug)]
pub struct TriggerRequest {
    pub name: String,
    pub input: JsonMap,
    pub sender: Option<Sender>,
    pub rollback: Option<Rollback>,
    /// The tools that the client has from now on; those it had where this is absent.
    pub dynamic_tools: Option<Vec<ToolSchema>>,
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
    /// The tools that the client has from now on; those it had where this is absent.
    pub dynamic_tools: Option<Vec<ToolSchema>>,
}

/// The start of a worker in a session that was made for it.
pub(crate) struct ExecuteRequest {
    pub(crate) slug: String,
    pub(crate) dynamic_tools: Option<Vec<ToolSchema>>,
}

/// How a leg is told of.
#[derive(Clone, Copy, Debug)]
pub struct LegOptions {
    /// The shape that the client reads.
    pub wire: WireVersion,
    /// Whether the log gets what is posted to models, in full.
    pub trace: bool,
}

/// What a leg is opened for.
pub(crate) enum Request {
    Trigger(SessionId, TriggerRequest),
    Execute(SessionId, ExecuteRequest),
    Continue(SessionId, ContinueRequest),
    Start(StartRequest),
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
        options: LegOptions,
    ) -> Result<TapeReader, RuntimeError> {
        let request = Request::Trigger(session.clone(), request);
        let (_, reader) = self.open(project, request, options).await?;
        Ok(reader)
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
        options: LegOptions,
    ) -> Result<TapeReader, RuntimeError> {
        let request = Request::Continue(session.clone(), request);
        let (_, reader) = self.open(project, request, options).await?;
        Ok(reader)
    }

    pub(crate) async fn open(
        &self,
        project: &ProjectId,
        request: Request,
        options: LegOptions,
    ) -> Result<Opened, RuntimeError> {
        if self.inner.leases.is_closed() {
            return Err(RuntimeError::ShuttingDown);
        }
        let (answer, opened) = oneshot::channel();
        let opening = Opening {
            inner: Arc::clone(&self.inner),
            project: project.clone(),
            options,
        };
        self.inner.legs.spawn(opening.run(request, answer));
        opened.await.unwrap_or(Err(RuntimeError::LegLost))
    }
}

/// A leg on its way to its first commit.
pub(crate) struct Opening {
    pub(crate) inner: Arc<Inner>,
    pub(crate) project: ProjectId,
    options: LegOptions,
}

/// The session of a leg, and its events.
type Opened = (SessionId, TapeReader);

type Answer = oneshot::Sender<Result<Opened, RuntimeError>>;

impl Opening {
    async fn run(self, request: Request, answer: Answer) {
        let Taken { lease, session } = match self.take(&request).await {
            Ok(taken) => taken,
            // Nobody to tell: the client has left.
            Err(error) => return drop(answer.send(Err(error))),
        };
        let loaded = match request {
            Request::Trigger(_, request) => self.load_trigger(session, request).await,
            Request::Execute(_, request) => self.load_run(session, request).await,
            Request::Continue(_, request) => self.load_pause(session, request).await,
            Request::Start(request) => self.load_start(session, request).await,
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

    async fn take(&self, request: &Request) -> Result<Taken, RuntimeError> {
        match request {
            Request::Trigger(session, _)
            | Request::Execute(session, _)
            | Request::Continue(session, _) => {
                let patience = self.inner.limits.busy_wait;
                self.acquire(session, Some(patience)).await
            }
            Request::Start(request) => self.take_start(request).await,
        }
    }

    async fn begin(self, lease: Lease, loaded: Loaded, answer: Answer) {
        let Loaded {
            execution,
            number,
            machine,
            input,
            begins,
        } = loaded;
        let session = lease.session.clone();
        let stop = Stop::default();
        let capacity = self.inner.limits.tape_bytes;
        let (tape, reader) = tape::new(self.options.wire, capacity, stop.disconnect_token());
        let registration = Leases::register(&self.inner, &lease, &stop);
        let mut leg = Leg {
            inner: self.inner,
            project: self.project,
            lease,
            execution,
            number,
            machine,
            tape,
            trace: self.options.trace,
            stop,
            in_flight: InFlight::default(),
            log: Vec::new(),
            begins: Some(begins),
            _registration: registration,
        };
        match AssertUnwindSafe(leg.begin(input)).catch_unwind().await {
            Ok(Ok(progress)) => {
                drop(answer.send(Ok((session, reader))));
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

    /// Takes the session, waiting for the leg that runs in it where there is patience for it.
    pub(crate) async fn acquire(
        &self,
        session: &SessionId,
        patience: Option<Duration>,
    ) -> Result<Taken, RuntimeError> {
        let deadline = Instant::now() + patience.unwrap_or_default();
        loop {
            let now = clock::now();
            let request = AcquireLease {
                project: &self.project,
                session,
                node: &self.inner.config.node,
                now,
                until: now.plus(self.inner.config.lease_ttl),
            };
            match self.inner.store.acquire(request).await? {
                Acquired::Taken { lease, session } => return Ok(Taken { lease, session }),
                Acquired::NotFound => return Err(RuntimeError::SessionNotFound),
                Acquired::Expired { .. } => return Err(RuntimeError::SessionExpired),
                Acquired::Busy if Instant::now() >= deadline => {
                    return Err(RuntimeError::SessionBusy {
                        retry_after: Duration::from_secs(1),
                    });
                }
                Acquired::Busy => self.wait_for_turn(session, deadline).await,
            }
        }
    }

    /// Waits for the leg of this node to end, or a moment where another node has the session.
    async fn wait_for_turn(&self, session: &SessionId, deadline: Instant) {
        let wait = deadline.saturating_duration_since(Instant::now());
        let before = Instant::now();
        let _ = timeout(wait, self.inner.leases.ended(session)).await;
        if before.elapsed() < BUSY_POLL {
            tokio::time::sleep(BUSY_POLL.min(wait)).await;
        }
    }
}

fn begin_error(error: LegError) -> RuntimeError {
    match error {
        LegError::Commit(error) => RuntimeError::Store(error),
        LegError::Frame(error) => RuntimeError::BrokenPause(error.into()),
    }
}
