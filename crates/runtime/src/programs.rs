//! Compiled agents, kept by revision. A revision never changes, so an entry is good for ever.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use domain::{AgentFormat, AgentId, ProjectId, RevisionId};
use engine::{Execution, Pin, WorkerProgram};
use protocol::Catalog;
use protocol::program::Program;
use quick_cache::sync::Cache;
use store::{FindAgent, Store};

use crate::RuntimeError;

/// How many compiled agents are kept.
const CAPACITY: usize = 1_000;

pub(crate) struct Programs {
    cache: Cache<(AgentId, RevisionId), Arc<Program>>,
}

impl Default for Programs {
    fn default() -> Self {
        Self {
            cache: Cache::new(CAPACITY),
        }
    }
}

impl Programs {
    /// The program of a revision, compiled the first time.
    pub(crate) async fn get(
        &self,
        store: &dyn Store,
        agent: &AgentId,
        revision: &RevisionId,
    ) -> Result<Arc<Program>, RuntimeError> {
        let key = (agent.clone(), revision.clone());
        if let Some(program) = self.cache.get(&key) {
            return Ok(program);
        }
        let bundle = store
            .revision(agent, revision)
            .await?
            .ok_or_else(|| RuntimeError::AgentNotFound(agent.to_string()))?;
        // What the project adds to it are warnings, and those were told when the agent was stored.
        let compiled = protocol::compile(&bundle, &Catalog::default());
        let program = compiled.program.ok_or_else(|| {
            let mut diagnostics = compiled.diagnostics.iter();
            let first = diagnostics.find(|diagnostic| diagnostic.is_error());
            RuntimeError::BrokenAgent(first.map_or_else(String::new, |error| error.message.clone()))
        })?;
        self.cache.insert(key, Arc::clone(&program));
        Ok(program)
    }

    /// A program with the workers that it can reach, each at its newest revision.
    pub(crate) async fn with_workers(
        &self,
        store: &dyn Store,
        project: &ProjectId,
        main: Arc<Program>,
    ) -> Result<engine::Programs, RuntimeError> {
        let mut workers = BTreeMap::new();
        let mut wanted: VecDeque<Arc<str>> = slugs(&main).collect();
        while let Some(slug) = wanted.pop_front() {
            if workers.contains_key(&slug) {
                continue;
            }
            // One that is not in the project is an error where it is run, not here (CONTRACT 7.22).
            let Some(agent) = store.agent(project, FindAgent::Slug(&slug)).await? else {
                continue;
            };
            let pin = Pin {
                agent: agent.id,
                revision: agent.revision,
            };
            let program = match self.get(store, &pin.agent, &pin.revision).await {
                Ok(program) => program,
                Err(RuntimeError::BrokenAgent(problem)) => {
                    tracing::warn!(%slug, problem, "a worker cannot be run by this version");
                    continue;
                }
                Err(error) => return Err(error),
            };
            if program.format() == AgentFormat::Worker {
                wanted.extend(slugs(&program));
                workers.insert(slug, WorkerProgram { pin, program });
            }
        }
        Ok(engine::Programs { main, workers })
    }

    /// The programs that a stored execution began with.
    pub(crate) async fn pinned(
        &self,
        store: &dyn Store,
        agent: &AgentId,
        execution: &Execution,
    ) -> Result<engine::Programs, RuntimeError> {
        let main = self.get(store, agent, execution.revision()).await?;
        let mut workers = BTreeMap::new();
        for (slug, pin) in execution.workers() {
            let program = self.get(store, &pin.agent, &pin.revision).await?;
            let pin = pin.clone();
            workers.insert(Arc::clone(slug), WorkerProgram { pin, program });
        }
        Ok(engine::Programs { main, workers })
    }
}

fn slugs(program: &Program) -> impl Iterator<Item = Arc<str>> {
    program
        .workers
        .iter()
        .map(|worker| Arc::clone(&worker.slug))
}
