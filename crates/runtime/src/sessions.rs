//! Creating sessions and reading them.

use std::sync::Arc;

use domain::{
    AgentId, ChatMessage, JsonMap, LogRecord, ProjectId, SessionId, StoredItem, UiMessage,
};
use engine::{initial_state, messages};
use protocol::input;
use protocol::program::Type;
use store::{
    Agent, ExecutionStatus, FindAgent, LogPage, LogQuery, NewSession, Session, StoredExecution,
};

use crate::{Inner, Runtime, RuntimeError, clock, ids};

/// An agent as a client names it: by id, or by slug where no agent has that id (CONTRACT D12).
#[derive(Clone, Copy, Debug)]
pub struct AgentRef<'a>(pub &'a str);

/// A session with its history folded into messages.
#[derive(Clone, Debug)]
pub struct SessionView {
    pub session: Session,
    pub messages: Vec<ChatMessage>,
    live: Option<messages::Live>,
}

impl SessionView {
    /// The messages as a chat shows them.
    #[must_use]
    pub fn into_ui(self) -> Vec<UiMessage> {
        messages::ui(self.messages, self.live.as_ref())
    }
}

impl Runtime {
    /// Starts a session of an agent's newest revision.
    ///
    /// # Errors
    /// When the agent is not there or the input does not fit its protocol.
    pub async fn create_session(
        &self,
        project: &ProjectId,
        agent: AgentRef<'_>,
        input: JsonMap,
    ) -> Result<SessionId, RuntimeError> {
        let agent = self.inner.find_agent(project, agent).await?;
        let store = &self.inner.store;
        let program = self
            .inner
            .programs
            .get(&**store, &agent.id, &agent.revision)
            .await?;
        let input = input::check(&program.inputs, input)
            .map_err(|errors| RuntimeError::InvalidInput(errors.to_string()))?;
        let now = clock::now();
        let id = ids::new_session_id(now);
        store
            .create_session(NewSession {
                id: id.clone(),
                project: project.clone(),
                agent: agent.id,
                revision: agent.revision,
                state: initial_state(&program, input),
                created: now,
                expires: now.plus(self.inner.config.session_ttl),
            })
            .await?;
        Ok(id)
    }

    /// A trigger of an agent that takes one text and nothing else, `user-message` before any other: its
    /// name and the name of its input.
    ///
    /// # Errors
    /// When the agent is not there.
    pub async fn text_trigger(
        &self,
        project: &ProjectId,
        agent: &AgentId,
    ) -> Result<Option<(Arc<str>, Arc<str>)>, RuntimeError> {
        let agent = self
            .inner
            .find_agent(project, AgentRef(agent.as_str()))
            .await?;
        let store = &*self.inner.store;
        let program = self
            .inner
            .programs
            .get(store, &agent.id, &agent.revision)
            .await?;
        let usual = program.trigger("user-message");
        Ok(usual
            .into_iter()
            .chain(program.triggers())
            .find_map(|(name, trigger)| {
                let mut required = trigger.inputs.iter().filter(|field| !field.optional);
                match (required.next(), required.next()) {
                    (Some(field), None) if field.ty == Type::String => {
                        Some((Arc::clone(name), Arc::clone(&field.name)))
                    }
                    _ => None,
                }
            }))
    }

    /// A session without its history, and whether it has expired.
    ///
    /// # Errors
    /// When the project has no such session.
    pub async fn session(
        &self,
        project: &ProjectId,
        id: &SessionId,
    ) -> Result<(Session, bool), RuntimeError> {
        let session = self.inner.store.session(project, id).await?;
        let session = session.ok_or(RuntimeError::SessionNotFound)?;
        let expired = session.is_expired(clock::now());
        Ok((session, expired))
    }

    /// A session's history as messages.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn view(&self, session: Session) -> Result<SessionView, RuntimeError> {
        let items = self.inner.store.items(&session.id).await?;
        let now = clock::now();
        let last = self.inner.store.last_execution(&session.id, now).await?;
        let live = last.and_then(|execution| live(&execution, &items));
        Ok(SessionView {
            session,
            messages: messages::chat(&items, live.as_ref()),
            live,
        })
    }

    /// The newest entries of a session's log, those of model calls left out where `model_calls` is
    /// false.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log(
        &self,
        session: &SessionId,
        model_calls: bool,
    ) -> Result<LogPage, RuntimeError> {
        let query = LogQuery {
            limit: LOG_ENTRIES,
            without: (!model_calls).then_some(LogRecord::MODEL_REQUEST),
        };
        Ok(self.inner.store.log(session, query).await?)
    }
}

impl Inner {
    pub(crate) async fn find_agent(
        &self,
        project: &ProjectId,
        agent: AgentRef<'_>,
    ) -> Result<Agent, RuntimeError> {
        let id = AgentId::from(agent.0);
        let mut found = self.store.agent(project, FindAgent::Id(&id)).await?;
        if found.is_none() {
            found = self.store.agent(project, FindAgent::Slug(agent.0)).await?;
        }
        found.ok_or_else(|| RuntimeError::AgentNotFound(agent.0.to_owned()))
    }
}

/// The answer that an execution is giving.
fn live(execution: &StoredExecution, items: &[StoredItem]) -> Option<messages::Live> {
    let newest = items.last().filter(|it| it.seq >= execution.first_seq);
    let answer = newest.map(|stored| stored.item.message.turn());
    match execution.status {
        ExecutionStatus::Running => answer.map(messages::Live::Running),
        ExecutionStatus::Waiting => answer.map(messages::Live::Waiting),
        ExecutionStatus::Done | ExecutionStatus::Stopped | ExecutionStatus::Failed => None,
    }
}

/// How many log entries a client is given (CONTRACT 1.2).
const LOG_ENTRIES: u32 = 3_000;
