//! Making and changing agents: a bundle is compiled first, so that what is stored always runs.

use domain::{AgentFormat, AgentId, Bundle, ProjectId, RevisionId};
use protocol::{Agents, Catalog, Compiled, Diagnostic, Signature};
use sha2::{Digest, Sha256};
use store::{Agent, AgentUpdate, FindAgent, NewAgent, StoreError};

use crate::{Runtime, RuntimeError, clock, ids};

/// What became of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployed {
    Created(AgentId),
    Updated(AgentId),
    /// The agent has this content already.
    Unchanged(AgentId),
}

/// Why a bundle was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    #[error("the agent does not compile")]
    Invalid(Vec<Diagnostic>),
    #[error("an agent with the slug `{0}` exists already")]
    SlugTaken(String),
    #[error("agent not found")]
    NotFound,
    #[error("the store failed")]
    Store(#[from] StoreError),
}

impl Runtime {
    /// Compiles a bundle as an agent of the project, beside the workers that are there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn check_agent(
        &self,
        project: &ProjectId,
        bundle: &Bundle,
    ) -> Result<Compiled, RuntimeError> {
        let mut agents = Agents::new();
        let workers = protocol::declared_workers(bundle);
        if !workers.is_empty() {
            for agent in self.inner.store.agents(project).await? {
                let named = workers.iter().any(|slug| **slug == *agent.slug);
                let signature = match agent.format {
                    AgentFormat::Interactive => Signature::Interactive,
                    AgentFormat::Worker if named => self.signature(&agent).await?,
                    // Only its name is needed: somebody may have meant it.
                    AgentFormat::Worker => Signature::Broken,
                };
                agents.insert(agent.slug, signature);
            }
        }
        let catalog = Catalog {
            agents: Some(&agents),
            models: Some(&*self.inner.provider),
        };
        Ok(protocol::compile(bundle, &catalog))
    }

    async fn signature(&self, agent: &Agent) -> Result<Signature, RuntimeError> {
        let (programs, store) = (&self.inner.programs, &self.inner.store);
        match programs.get(&**store, &agent.id, &agent.revision).await {
            Ok(program) => Ok(program.signature()),
            Err(RuntimeError::BrokenAgent(_)) => Ok(Signature::Broken),
            Err(error) => Err(error),
        }
    }

    /// Stores a new agent.
    ///
    /// # Errors
    /// When the bundle does not compile, or a live agent of the project has its slug.
    pub async fn create_agent(
        &self,
        project: &ProjectId,
        bundle: Bundle,
    ) -> Result<AgentId, DeployError> {
        compile(&bundle)?;
        let now = clock::now();
        let id = ids::new_agent_id(now);
        let slug = bundle.settings.slug.clone();
        let agent = NewAgent {
            id: id.clone(),
            project: project.clone(),
            revision: revision_of(&bundle),
            bundle,
            created: now,
        };
        match self.inner.store.create_agent(agent).await {
            Ok(()) => Ok(id),
            Err(StoreError::Conflict { .. }) => Err(DeployError::SlugTaken(slug)),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a bundle the newest revision of an agent.
    ///
    /// # Errors
    /// When the bundle does not compile, or the agent is not there.
    pub async fn update_agent(
        &self,
        project: &ProjectId,
        id: &AgentId,
        bundle: Bundle,
    ) -> Result<(), DeployError> {
        compile(&bundle)?;
        let update = AgentUpdate {
            id: id.clone(),
            project: project.clone(),
            revision: revision_of(&bundle),
            bundle,
            updated: clock::now(),
        };
        self.inner
            .store
            .update_agent(update)
            .await?
            .ok_or(DeployError::NotFound)
    }

    /// Creates the agent of the bundle's slug, or makes the bundle its newest revision.
    ///
    /// # Errors
    /// When the bundle does not compile.
    pub async fn deploy_agent(
        &self,
        project: &ProjectId,
        bundle: Bundle,
    ) -> Result<Deployed, DeployError> {
        let slug = FindAgent::Slug(&bundle.settings.slug);
        match self.inner.store.agent(project, slug).await? {
            None => self
                .create_agent(project, bundle)
                .await
                .map(Deployed::Created),
            Some(Agent { id, revision, .. }) if revision == revision_of(&bundle) => {
                Ok(Deployed::Unchanged(id))
            }
            Some(Agent { id, .. }) => {
                self.update_agent(project, &id, bundle).await?;
                Ok(Deployed::Updated(id))
            }
        }
    }
}

/// What the project adds are warnings, which keep nothing from being stored.
fn compile(bundle: &Bundle) -> Result<(), DeployError> {
    let compiled = protocol::compile(bundle, &Catalog::default());
    match compiled.program {
        Some(_) => Ok(()),
        None => Err(DeployError::Invalid(compiled.diagnostics)),
    }
}

/// The name of a content: the first 128 bits of its SHA-256, in hex.
fn revision_of(bundle: &Bundle) -> RevisionId {
    let json = serde_json::to_vec(bundle).unwrap_or_default();
    let hash = Sha256::digest(&json);
    hash.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>()
        .into()
}
