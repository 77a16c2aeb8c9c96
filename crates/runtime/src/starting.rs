//! `start`: a session and its first trigger in one request, which a client may repeat under its key.

use domain::{ExecutionId, JsonMap, ProjectId, SessionId};
use engine::initial_state;
use protocol::input;
use store::{Lease, NewSession, NewStart, Session, StartKey, Started};

use crate::leg::Begins;
use crate::loading::{Loaded, check_trigger};
use crate::opening::{LegOptions, Opening, Request, Rollback, TriggerRequest};
use crate::{AgentRef, Runtime, RuntimeError, TapeReader, clock, ids};

/// Characters of a key.
const KEY_CHARS: usize = 255;

/// A session to be made, and the trigger that it begins with.
#[derive(Clone, Debug)]
pub struct StartRequest {
    /// An id or a slug.
    pub agent: String,
    /// Of the session.
    pub input: JsonMap,
    pub trigger: TriggerRequest,
    /// The same key is the same start.
    pub key: Option<String>,
}

/// A session that is taken for its first turn.
pub(crate) struct Taken {
    pub(crate) lease: Lease,
    pub(crate) session: Session,
}

impl Runtime {
    /// Makes a session and runs its first trigger. A repeat under the same key runs that turn again in
    /// the same session, as long as the session has no other.
    ///
    /// # Errors
    /// When the agent, an input or the trigger is not right; where the key is known, when its turn
    /// still runs, or later ones came behind it.
    pub async fn start(
        &self,
        project: &ProjectId,
        request: StartRequest,
        options: LegOptions,
    ) -> Result<(SessionId, TapeReader), RuntimeError> {
        self.open(project, Request::Start(request), options).await
    }
}

impl Opening {
    /// Makes the session, or finds the one that the key stands for, and takes it.
    pub(crate) async fn take_start(&self, request: &StartRequest) -> Result<Taken, RuntimeError> {
        let new = self.new_session(request).await?;
        let config = &self.inner.config;
        let key = request.key.as_deref().map(|key| StartKey {
            key,
            since: new.created.minus(self.inner.limits.start_key_life),
        });
        let start = NewStart {
            until: new.created.plus(config.lease_ttl),
            session: new,
            key,
            node: &config.node,
        };
        match self.inner.store.start_session(start).await? {
            Started::Fresh { lease, session } => Ok(Taken {
                lease,
                session: *session,
            }),
            Started::Known { session, execution } => self.take_again(&session, execution).await,
        }
    }

    /// Everything is checked before anything is stored, so that a request that is refused can be put
    /// right and sent under the same key.
    async fn new_session(&self, request: &StartRequest) -> Result<NewSession, RuntimeError> {
        check_key(request.key.as_deref())?;
        let agent = self
            .inner
            .find_agent(&self.project, AgentRef(&request.agent))
            .await?;
        let programs = &self.inner.programs;
        let program = programs
            .get(&*self.inner.store, &agent.id, &agent.revision)
            .await?;
        check_trigger(&program, &request.trigger)?;
        let input = input::check(&program.inputs, request.input.clone())
            .map_err(|errors| RuntimeError::InvalidInput(errors.to_string()))?;
        let now = clock::now();
        Ok(NewSession {
            id: ids::new_session_id(now),
            project: self.project.clone(),
            agent: agent.id,
            revision: agent.revision,
            state: initial_state(&program, input),
            created: now,
            expires: now.plus(self.inner.config.session_ttl),
        })
    }

    /// Takes the session of an earlier start, which must have no turn but that one.
    async fn take_again(
        &self,
        session: &SessionId,
        execution: Option<ExecutionId>,
    ) -> Result<Taken, RuntimeError> {
        let taken = self.acquire(session).await?;
        let now = clock::now();
        let last = self.inner.store.last_execution(session, now).await;
        match last {
            Ok(last) if last.as_ref().map(|last| &last.id) == execution.as_ref() => Ok(taken),
            Ok(_) => self.give_back(taken, RuntimeError::StartedBefore).await,
            Err(error) => self.give_back(taken, error.into()).await,
        }
    }

    async fn give_back<T>(&self, taken: Taken, error: RuntimeError) -> Result<T, RuntimeError> {
        crate::leases::release(&self.inner, &taken.lease).await;
        Err(error)
    }

    /// The first turn, with the values that a new session has: those of an earlier try are gone.
    pub(crate) async fn load_start(
        &self,
        mut session: Session,
        request: &StartRequest,
    ) -> Result<Loaded, RuntimeError> {
        let revision = self.revision_for(&session).await?;
        let programs = &self.inner.programs;
        let program = programs
            .get(&*self.inner.store, &session.agent, &revision)
            .await?;
        let input = input::check(&program.inputs, request.input.clone())
            .map_err(|errors| RuntimeError::InvalidInput(errors.to_string()))?;
        session.state = initial_state(&program, input);
        let trigger = TriggerRequest {
            rollback: Some(Rollback::ToStart),
            ..request.trigger.clone()
        };
        let begins = Begins {
            rewind: Some(0),
            keyed: request.key.is_some(),
        };
        let loaded = self.load_trigger(session, false, &trigger).await?;
        Ok(Loaded { begins, ..loaded })
    }
}

fn check_key(key: Option<&str>) -> Result<(), RuntimeError> {
    match key.map(|key| key.chars().count()) {
        None | Some(1..=KEY_CHARS) => Ok(()),
        Some(_) => Err(RuntimeError::InvalidInput(format!(
            "`idempotencyKey` must have 1 to {KEY_CHARS} characters"
        ))),
    }
}
