//! What an execution runs: the agent, and the workers that it can reach, as they were when it began.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{JsonMap, SessionState};
use protocol::program::Program;
use serde_json::Value;

use crate::execution::Pin;

/// The compiled agent and its workers.
#[derive(Clone, Debug)]
pub struct Programs {
    pub main: Arc<Program>,
    /// By slug: those that the agent declares, and those that they declare. One that is declared but
    /// not in the project is absent; running it is an error (CONTRACT 7.22).
    pub workers: BTreeMap<Arc<str>, WorkerProgram>,
}

/// A worker at one of its revisions.
#[derive(Clone, Debug)]
pub struct WorkerProgram {
    pub pin: Pin,
    pub program: Arc<Program>,
}

impl From<Arc<Program>> for Programs {
    /// An agent that has no worker.
    fn from(main: Arc<Program>) -> Self {
        Self {
            main,
            workers: BTreeMap::new(),
        }
    }
}

impl Programs {
    pub(crate) fn pins(&self) -> BTreeMap<Arc<str>, Pin> {
        let pin =
            |(slug, worker): (&Arc<str>, &WorkerProgram)| (Arc::clone(slug), worker.pin.clone());
        self.workers.iter().map(pin).collect()
    }
}

/// The values that a session, or the run of a worker, begins with. The input is checked already.
#[must_use]
pub fn initial_state(program: &Program, input: JsonMap) -> SessionState {
    let defaults = |values: &BTreeMap<Arc<str>, Option<Value>>| {
        let given = values
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.clone()?)));
        given.collect()
    };
    SessionState {
        input,
        variables: defaults(&program.variables),
        resources: defaults(&program.resources),
        ..SessionState::default()
    }
}
