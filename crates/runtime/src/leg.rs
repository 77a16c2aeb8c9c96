//! One leg: one task that drives a machine from its first commit to its last.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use domain::{ErrorInfo, ErrorType, ExecutionId, LogRecord, ProjectId, SessionId, StreamEvent};
use engine::{CallId, CancelReason, Commit, Effects, Input, Machine, Point, Reply};
use futures_util::FutureExt;
use store::{CommitPoint, CommitWrite, StoreError};
use tokio::time::{Instant, sleep, timeout};
use tracing::Span;

use crate::clock;
use crate::figures::End;
use crate::hold::Hold;
use crate::in_flight::InFlight;
use crate::leases::{Stop, StopReason};
use crate::tape::TapeWriter;
use crate::{Inner, causes, tracing_calls};

/// Everything a running leg owns.
pub(crate) struct Leg {
    pub(crate) inner: Arc<Inner>,
    pub(crate) project: ProjectId,
    pub(crate) execution: ExecutionId,
    pub(crate) number: u32,
    pub(crate) machine: Machine,
    pub(crate) tape: TapeWriter,
    /// Whether the log gets what is posted to models.
    pub(crate) trace: bool,
    pub(crate) stop: Stop,
    pub(crate) in_flight: InFlight,
    /// Log entries that wait for the next commit.
    pub(crate) log: Vec<LogRecord>,
    /// What the leg's first commit does beside, as long as it is still to come.
    pub(crate) begins: Option<Begins>,
    pub(crate) hold: Hold,
    /// Names the leg in the log.
    pub(crate) span: Span,
    /// Why the machine was told to stop.
    pub(crate) cancelled: Option<CancelReason>,
}

/// How a leg begins.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Begins {
    /// Items from this seq on are dropped, and the session has the values that the machine began with.
    pub(crate) rewind: Option<i64>,
    /// The session's start key stands for this execution.
    pub(crate) keyed: bool,
}

/// Whether a leg has more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Running,
    /// The last commit released the lease.
    Ended,
}

/// Why a leg could not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LegError {
    #[error("a commit failed")]
    Commit(#[from] StoreError),
    #[error("another leg was quicker to take the session")]
    Overtaken,
    #[error("the execution could not be written as JSON")]
    Frame(#[from] serde_json::Error),
}

impl Leg {
    /// Applies the first input, up to its commit: after it, the execution is accepted.
    pub(crate) async fn begin(&mut self, input: Input) -> Result<Progress, LegError> {
        let mut effects = Effects::default();
        self.machine.step(input, &mut effects);
        self.perform(&mut effects).await
    }

    /// Runs to the end. A failure or a panic ends this leg alone.
    pub(crate) async fn run(mut self, progress: Progress) {
        if progress == Progress::Ended {
            return;
        }
        let outcome = AssertUnwindSafe(self.drive()).catch_unwind().await;
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.give_up(&error).await,
            Err(_panic) => {
                self.inner.figures.ended(End::Panicked);
                self.span
                    .in_scope(|| tracing::error!("the execution panicked"));
                self.hold.release(&self.inner).await;
            }
        }
    }

    async fn drive(&mut self) -> Result<(), LegError> {
        // Both are set up once, not at each event.
        let stop = self.stop.clone();
        let mut stopped = pin!(stop.stopped());
        let mut time_up = pin!(sleep(self.inner.limits.leg_time));
        let mut effects = Effects::default();
        loop {
            let input = tokio::select! {
                biased;
                reason = &mut stopped => match reason {
                    StopReason::Cancel(reason) => Input::Cancel(reason),
                    StopReason::LeaseLost => return Err(StoreError::LeaseLost.into()),
                },
                input = self.reply() => input,
                () = &mut time_up => Input::Cancel(CancelReason::TimeLimit),
            };
            match &input {
                Input::Cancel(reason) => self.cancelled = Some(*reason),
                Input::Reply(_, Reply::Failed(error)) => self.inner.figures.model_failed(error),
                Input::Reply(..) | Input::Trigger(_) | Input::Execute(_) | Input::Continue(_) => {}
            }
            effects.clear();
            self.machine.step(input, &mut effects);
            if self.perform(&mut effects).await? == Progress::Ended {
                return Ok(());
            }
        }
    }

    /// The next reply. None is taken while the client is a full tape behind, and a client that stays
    /// there is treated as gone.
    async fn reply(&mut self) -> Input {
        let patience = self.inner.limits.stalled_reader;
        if timeout(patience, self.tape.room()).await.is_err() {
            return Input::Cancel(CancelReason::Disconnected);
        }
        let (call, reply) = self.next_reply().await;
        Input::Reply(call, reply)
    }

    /// Before the leg rests, its client gets what was sent: all that was ready, in one piece. One yield
    /// lets the model's connection hand over what it has read already; nobody waits for more.
    async fn next_reply(&mut self) -> (CallId, Reply) {
        let mut yielded = false;
        poll_fn(|context| {
            let reply = self.in_flight.poll_next(context);
            if reply.is_pending() && self.tape.is_unheard() {
                if yielded {
                    self.tape.call_reader();
                } else {
                    yielded = true;
                    context.waker().wake_by_ref();
                }
            }
            reply
        })
        .await
    }

    /// Does what the machine wants, in the order that the effects prescribe.
    async fn perform(&mut self, effects: &mut Effects) -> Result<Progress, LegError> {
        if self.trace {
            tracing_calls::add_bodies(effects, &*self.inner.provider);
        }
        let limit = self.inner.limits.log_field_bytes;
        let entries = effects.log.drain(..);
        self.log
            .extend(entries.map(|entry| LogRecord::new(&entry, limit)));
        if !effects.now.is_empty() {
            self.tape.send(effects.now.drain(..));
        }
        for call in effects.aborts.drain(..) {
            self.in_flight.abort(call);
        }
        let mut progress = Progress::Running;
        if let Some(commit) = effects.commit.take() {
            self.tape.call_reader();
            progress = self.commit(&commit).await?;
        }
        if !effects.then.is_empty() {
            self.tape.send(effects.then.drain(..));
        }
        for (call, request) in effects.calls.drain(..) {
            let session = self.hold.session();
            self.in_flight.start(call, request, &self.inner, session);
        }
        Ok(progress)
    }

    async fn commit(&mut self, commit: &Commit) -> Result<Progress, LegError> {
        let now = clock::now();
        let frame;
        let (point, progress) = match commit.point {
            Point::Step => (CommitPoint::Step, Progress::Running),
            Point::Pause => {
                frame = self.machine.frame()?;
                (CommitPoint::Pause { frame: &frame }, Progress::Ended)
            }
            Point::End { failed } => (CommitPoint::End { failed }, Progress::Ended),
            Point::Stop => (CommitPoint::Stop, Progress::Ended),
        };
        let rewind = self.begins.and_then(|begins| begins.rewind);
        let write = CommitWrite {
            execution: &self.execution,
            leg: self.number,
            begin: self.begins.is_some(),
            keyed: self.begins.is_some_and(|begins| begins.keyed),
            rewind,
            point,
            items: &commit.items,
            state: (commit.state_changed || rewind.is_some()).then(|| self.machine.session()),
            log: &self.log,
            now,
            expires: now.plus(self.inner.config.session_ttl),
        };
        let begun = Instant::now();
        let taken = self.hold.commit(&self.inner, &self.project, write).await?;
        self.inner.figures.committed(begun.elapsed());
        if let Some(end) = End::at(commit.point, self.cancelled) {
            self.inner.figures.ended(end);
        }
        if let Some(lease) = taken {
            self.hold = Hold::taken(&self.inner, lease, &self.stop);
        }
        self.begins = None;
        self.log.clear();
        Ok(progress)
    }

    /// Tells the client and the log that the leg failed, and frees the session.
    async fn give_up(&mut self, error: &LegError) {
        let lost = matches!(error, LegError::Commit(StoreError::LeaseLost));
        let end = if lost { End::LeaseLost } else { End::NotStored };
        self.inner.figures.ended(end);
        if lost && has_ended(&self.inner, &self.project, self.hold.session()).await {
            let message = "The session was ended while the execution ran.";
            let info = ErrorInfo::platform(ErrorType::NotFoundError, message);
            return self.tape.send([StreamEvent::Error(info)]);
        }
        let cause = causes(error);
        self.span
            .in_scope(|| tracing::error!(error = cause, "the execution was given up"));
        self.hold.release(&self.inner).await;
        let message = "The server could not store the execution. Please try again.";
        let info = ErrorInfo::platform(ErrorType::InternalError, message).retryable(true);
        self.tape.send([StreamEvent::Error(info)]);
    }
}

/// Whether a session is no more.
async fn has_ended(inner: &Inner, project: &ProjectId, session: &SessionId) -> bool {
    let found = inner.store.session(project, session).await;
    found.is_ok_and(|session| session.is_some_and(|it| it.is_expired(clock::now())))
}
