//! Workers that a client executes by themselves (CONTRACT 1.4). Each run has a session of its own, whose
//! id is that of the execution, so that its log is found by it.

use domain::{AgentFormat, ExecutionId, JsonMap, ProjectId, SessionId, ToolAnswer, ToolSchema};
use protocol::input;
use store::{Agent, FindAgent, NewSession};

use crate::opening::{ContinueRequest, ExecuteRequest, LegOptions, Request};
use crate::{AgentRef, Runtime, RuntimeError, TapeReader, clock, ids};

/// The start of a worker.
#[derive(Clone, Debug)]
pub struct RunRequest {
    pub input: JsonMap,
    pub dynamic_tools: Option<Vec<ToolSchema>>,
}

impl Runtime {
    /// Runs the newest revision of a worker. The stream begins when it is accepted: stored for good.
    ///
    /// # Errors
    /// When the agent is not there, is no worker, or its input is not right.
    pub async fn execute(
        &self,
        project: &ProjectId,
        worker: AgentRef<'_>,
        request: RunRequest,
        options: LegOptions,
    ) -> Result<TapeReader, RuntimeError> {
        let agent = self.inner.find_agent(project, worker).await?;
        let store = &self.inner.store;
        let programs = &self.inner.programs;
        let program = programs.get(&**store, &agent.id, &agent.revision).await?;
        if program.format() != AgentFormat::Worker {
            let problem = format!("agent `{}` is no worker; start a session of it", agent.slug);
            return Err(RuntimeError::InvalidInput(problem));
        }
        let input = input::check(&program.inputs, request.input)
            .map_err(|errors| RuntimeError::InvalidInput(errors.to_string()))?;
        let now = clock::now();
        let id = ids::new_session_id(now);
        let session = NewSession {
            id: id.clone(),
            project: project.clone(),
            agent: agent.id,
            revision: agent.revision,
            state: engine::initial_state(&program, input),
            created: now,
            expires: now.plus(self.inner.config.session_ttl),
        };
        store.create_session(session).await?;
        let request = ExecuteRequest {
            slug: agent.slug,
            dynamic_tools: request.dynamic_tools,
        };
        let request = Request::Execute(id, request);
        let (_, reader) = self.open(project, request, options).await?;
        Ok(reader)
    }

    /// Goes on with a worker that waits for tool results.
    ///
    /// # Errors
    /// When there is no such run of this worker, or another request goes on with it.
    pub async fn resume_run(
        &self,
        project: &ProjectId,
        worker: AgentRef<'_>,
        run: &ExecutionId,
        results: Vec<ToolAnswer>,
        options: LegOptions,
    ) -> Result<TapeReader, RuntimeError> {
        let id = SessionId::from(run.as_str());
        let store = &self.inner.store;
        let Some(session) = store.session(project, &id).await? else {
            return Err(RuntimeError::ExecutionNotFound);
        };
        // What runs goes on though its agent is archived (CONTRACT 7.23).
        let agent = store
            .agent(project, FindAgent::Ever(&session.agent))
            .await?;
        let is_called = |agent: Agent| agent.id.as_str() == worker.0 || agent.slug == worker.0;
        if !agent.is_some_and(is_called) {
            return Err(RuntimeError::ExecutionNotFound);
        }
        let request = ContinueRequest {
            execution: Some(run.clone()),
            results,
            dynamic_tools: None,
        };
        self.resume(project, &id, request, options).await
    }
}
