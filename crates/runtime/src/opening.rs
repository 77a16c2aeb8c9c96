//! How a leg begins: find the session free, load what the machine reads, commit its first step.
//!
//! That commit takes the session and accepts the execution in one transaction, if the session is still
//! what was loaded. All of it happens in the leg's own task. A client that leaves meanwhile leaves a task
//! behind that finds its reader gone, instead of a lease that nobody holds.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use domain::wire::WireVersion;
use domain::{
    ExecutionId, JsonMap, MessageId, ProjectId, Sender, SessionId, ToolAnswer, ToolSchema,
};
use futures_util::FutureExt;
use store::{Acquired, Seen, Session};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use tracing::field::{Empty, display};
use tracing::{Instrument as _, Level, Span};

use crate::hold::Hold;
use crate::in_flight::InFlight;
use crate::leases::Stop;
use crate::leg::{Leg, LegError, Progress};
use crate::loading::Loaded;
use crate::starting::{StartRequest, Taken};
use crate::tape::{self, TapeReader};
use crate::{Inner, Runtime, RuntimeError};

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

impl Request {
    /// The session, where it was there before.
    fn session(&self) -> Option<&SessionId> {
        match self {
            Self::Trigger(session, _) | Self::Execute(session, _) | Self::Continue(session, _) => {
                Some(session)
            }
            Self::Start(_) => None,
        }
    }
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
        // The shutdown waits for whoever passes the check.
        let _tracked = self.inner.legs.token();
        if self.inner.leases.is_closed() {
            return Err(RuntimeError::ShuttingDown);
        }
        let (answer, opened) = oneshot::channel();
        let opening = Opening {
            inner: Arc::clone(&self.inner),
            project: project.clone(),
            options,
            // Inside that of the request, and there at whatever level the log is.
            span: tracing::error_span!("leg", session.id = Empty, execution.id = Empty),
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
    /// Names the leg in the log.
    span: Span,
}

/// The session of a leg, and its events.
type Opened = (SessionId, TapeReader);

type Answer = oneshot::Sender<Result<Opened, RuntimeError>>;

/// A session that a leg may work on.
struct Held {
    hold: Hold,
    session: Session,
    /// Whether an execution of it waits for tool results.
    waiting: bool,
}

/// A leg behind its first commit.
struct Begun {
    leg: Leg,
    progress: Progress,
    reader: TapeReader,
}

impl Opening {
    async fn run(self, request: Request, answer: Answer) {
        let begun = self.begin_in_turn(&request).instrument(self.span.clone());
        match begun.await {
            Ok(begun) => {
                let session = begun.leg.hold.session().clone();
                self.span
                    .record("session.id", display(&session))
                    .record("execution.id", display(&begun.leg.execution));
                drop(answer.send(Ok((session, begun.reader))));
                // A span costs something at each event; the leg's own lines enter it by themselves.
                let span = if tracing::enabled!(Level::DEBUG) {
                    self.span
                } else {
                    Span::none()
                };
                begun.leg.run(begun.progress).instrument(span).await;
            }
            // Nobody to tell: the client has left.
            Err(error) => drop(answer.send(Err(error))),
        }
    }

    /// Begins a leg. Where another one was quicker to take the session, this one waits for it and reads
    /// the session anew.
    async fn begin_in_turn(&self, request: &Request) -> Result<Begun, RuntimeError> {
        let deadline = Instant::now() + self.inner.limits.busy_wait;
        loop {
            if let Some(begun) = self.begin(request, deadline).await? {
                return Ok(begun);
            }
            if Instant::now() >= deadline {
                return Err(busy());
            }
            if let Some(session) = request.session() {
                self.wait_for_turn(session, deadline).await?;
            }
        }
    }

    /// Tries once; `None` where another leg was quicker.
    async fn begin(
        &self,
        request: &Request,
        deadline: Instant,
    ) -> Result<Option<Begun>, RuntimeError> {
        let stop = Stop::default();
        let Held {
            hold,
            session,
            waiting,
        } = self.hold(request, deadline, &stop).await?;
        let loaded = match request {
            Request::Trigger(_, request) => self.load_trigger(session, waiting, request).await,
            Request::Execute(_, request) => self.load_run(session, request).await,
            Request::Continue(_, request) => self.load_pause(session, request).await,
            Request::Start(request) => self.load_start(session, request).await,
        };
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                hold.release(&self.inner).await;
                return Err(error);
            }
        };
        self.first_step(hold, stop, loaded).await
    }

    async fn hold(
        &self,
        request: &Request,
        deadline: Instant,
        stop: &Stop,
    ) -> Result<Held, RuntimeError> {
        match request {
            Request::Trigger(session, _)
            | Request::Execute(session, _)
            | Request::Continue(session, _) => self.look(session, deadline).await,
            Request::Start(request) => {
                let Taken { lease, session } = self.take_start(request).await?;
                Ok(Held {
                    hold: Hold::taken(&self.inner, lease, stop),
                    session,
                    waiting: false,
                })
            }
        }
    }

    async fn first_step(
        &self,
        hold: Hold,
        stop: Stop,
        loaded: Loaded,
    ) -> Result<Option<Begun>, RuntimeError> {
        let Loaded {
            execution,
            number,
            machine,
            input,
            begins,
        } = loaded;
        let capacity = self.inner.limits.tape_bytes;
        let (tape, reader) = tape::new(self.options.wire, capacity, stop.disconnect_token());
        let mut leg = Leg {
            inner: Arc::clone(&self.inner),
            project: self.project.clone(),
            execution,
            number,
            machine,
            tape,
            trace: self.options.trace,
            stop,
            in_flight: InFlight::default(),
            log: Vec::new(),
            begins: Some(begins),
            hold,
            cancelled: None,
            span: self.span.clone(),
        };
        match AssertUnwindSafe(leg.begin(input)).catch_unwind().await {
            Ok(Ok(progress)) => Ok(Some(Begun {
                leg,
                progress,
                reader,
            })),
            Ok(Err(error)) => {
                leg.hold.release(&leg.inner).await;
                begin_error(error).map_or(Ok(None), Err)
            }
            Err(_panic) => {
                leg.hold.release(&leg.inner).await;
                Err(RuntimeError::LegLost)
            }
        }
    }

    /// Waits until the session is free.
    async fn look(&self, id: &SessionId, deadline: Instant) -> Result<Held, RuntimeError> {
        loop {
            let request = self.inner.lease_request(&self.project, id);
            match self.inner.store.look(request).await? {
                Seen::Free {
                    session,
                    rev,
                    waiting,
                } => {
                    let id = id.clone();
                    return Ok(Held {
                        hold: Hold::Seen { session: id, rev },
                        session: *session,
                        waiting,
                    });
                }
                Seen::NotFound => return Err(RuntimeError::SessionNotFound),
                Seen::Expired => return Err(RuntimeError::SessionExpired),
                Seen::Busy if Instant::now() >= deadline => return Err(busy()),
                Seen::Busy => self.wait_for_turn(id, deadline).await?,
            }
        }
    }

    /// Takes the session at once, if it is free.
    pub(crate) async fn acquire(&self, session: &SessionId) -> Result<Taken, RuntimeError> {
        let request = self.inner.lease_request(&self.project, session);
        match self.inner.store.acquire(request).await? {
            Acquired::Taken { lease, session } => Ok(Taken { lease, session }),
            Acquired::NotFound => Err(RuntimeError::SessionNotFound),
            Acquired::Expired { .. } => Err(RuntimeError::SessionExpired),
            Acquired::Busy => Err(busy()),
        }
    }

    /// Waits for the leg of this node to end, or a moment where another node has the session. Nobody waits
    /// on a node that has to end.
    async fn wait_for_turn(
        &self,
        session: &SessionId,
        deadline: Instant,
    ) -> Result<(), RuntimeError> {
        let wait = deadline.saturating_duration_since(Instant::now());
        let turn = async {
            let before = Instant::now();
            let _ = timeout(wait, self.inner.leases.ended(session)).await;
            if before.elapsed() < BUSY_POLL {
                tokio::time::sleep(BUSY_POLL.min(wait)).await;
            }
        };
        tokio::select! {
            () = self.inner.leases.was_cut() => Err(RuntimeError::ShuttingDown),
            () = turn => Ok(()),
        }
    }
}

fn busy() -> RuntimeError {
    RuntimeError::SessionBusy {
        retry_after: Duration::from_secs(1),
    }
}

/// `None` where another leg was quicker.
fn begin_error(error: LegError) -> Option<RuntimeError> {
    match error {
        LegError::Overtaken => None,
        LegError::Commit(error) => Some(RuntimeError::Store(error)),
        LegError::Frame(error) => Some(RuntimeError::BrokenPause(error.into())),
    }
}
