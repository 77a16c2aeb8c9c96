//! Compiled agents, kept by revision. A revision never changes, so an entry is good for ever.

use std::sync::Arc;

use domain::{AgentId, RevisionId};
use protocol::Catalog;
use protocol::program::Program;
use quick_cache::sync::Cache;
use store::Store;

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
}
