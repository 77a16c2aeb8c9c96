//! What the compiler is told of the world around a bundle: the agents beside it, and the models.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{ModelFacts, ModelRef, Models};

use crate::program::{Entry, Field, Program};

/// The world around a bundle. The default knows nothing, and what is not known is not warned of.
#[derive(Clone, Copy, Default)]
pub struct Catalog<'a> {
    /// The agents of the project by slug; `None` where they are not known.
    pub agents: Option<&'a Agents>,
    /// Who knows models; `None` where nothing is known of any.
    pub models: Option<&'a dyn Models>,
}

/// Agents by slug.
pub type Agents = BTreeMap<String, Signature>;

/// What an agent is to those that run it.
#[derive(Clone, Debug)]
pub enum Signature {
    /// It has sessions, and is no worker.
    Interactive,
    Worker(WorkerSignature),
    /// A worker that does not compile.
    Broken,
}

/// What a worker takes and has.
#[derive(Clone, Debug)]
pub struct WorkerSignature {
    pub inputs: Vec<Field>,
    pub tools: Vec<Arc<str>>,
}

impl Program {
    /// What the agent is to those that run it.
    #[must_use]
    pub fn signature(&self) -> Signature {
        match &self.entry {
            Entry::Interactive { .. } => Signature::Interactive,
            Entry::Worker { .. } => Signature::Worker(WorkerSignature {
                inputs: self.inputs.clone(),
                tools: self
                    .tools
                    .iter()
                    .map(|it| it.def.name.as_str().into())
                    .collect(),
            }),
        }
    }
}

impl Catalog<'_> {
    pub(crate) fn facts(&self, model: &ModelRef) -> Option<ModelFacts> {
        self.models?.facts(model)
    }

    /// The worker of that slug, where the project is known and has it.
    pub(crate) fn worker(&self, slug: &str) -> Option<&WorkerSignature> {
        match self.agents?.get(slug)? {
            Signature::Worker(signature) => Some(signature),
            Signature::Interactive | Signature::Broken => None,
        }
    }
}
