//! A leg's life: lease, load, drive the machine, commit, release.
//!
//! This is the one place where engine, store and provider meet, the only holder of session leases, and
//! the only spawner of session tasks. HTTP knows nothing of it but [`Runtime`].

mod agents;
mod causes;
mod clearing;
mod clock;
mod config;
mod error;
mod figures;
mod files;
mod hold;
mod ids;
mod in_flight;
mod leases;
mod leg;
mod loading;
mod media;
mod opening;
mod programs;
mod restoring;
mod sessions;
mod starting;
mod sweeper;
mod tape;
mod tracing_calls;
mod workers;

use std::sync::Arc;

use domain::Limits;
use engine::Environment;
use net::Fetcher;
use provider::Provider;
use store::{Objects, Store};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

pub use agents::{DeployError, Deployed};
pub use causes::causes;
pub use clock::now;
pub use config::RuntimeConfig;
pub use error::RuntimeError;
pub use files::{FileError, NewUpload};
pub use ids::{new_key_id, new_node_name, new_project_id, new_request_id, new_secret};
pub use opening::{ContinueRequest, LegOptions, Rollback, TriggerRequest};
pub use sessions::{AgentRef, SessionView};
pub use starting::StartRequest;
pub use tape::TapeReader;
pub use workers::RunRequest;

use figures::Figures;
use leases::Leases;
use programs::Programs;

/// Runs sessions. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) objects: Objects,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) config: RuntimeConfig,
    pub(crate) limits: Arc<Limits>,
    pub(crate) programs: Programs,
    pub(crate) leases: Arc<Leases>,
    pub(crate) figures: Figures,
    /// Files that models were shown lately.
    pub(crate) media: media::Kept,
    pub(crate) fetcher: Fetcher,
    /// Pictures that may be made smaller at once.
    pub(crate) scaling: Semaphore,
    /// The tasks of all legs: shutdown waits for them.
    pub(crate) legs: TaskTracker,
}

impl Inner {
    pub(crate) fn environment(&self) -> Environment {
        let models: Arc<dyn Provider> = Arc::clone(&self.provider);
        Environment {
            limits: Arc::clone(&self.limits),
            models,
        }
    }
}

impl Runtime {
    /// A runtime on a store. Tasks of its own keep its leases and sweep what has expired, as
    /// long as it is there.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        objects: Objects,
        provider: Arc<dyn Provider>,
        fetcher: Fetcher,
        config: RuntimeConfig,
    ) -> Self {
        let inner = Arc::new(Inner {
            figures: Figures::new(),
            leases: Arc::default(),
            legs: TaskTracker::new(),
            limits: Arc::new(config.limits.clone()),
            programs: Programs::default(),
            media: media::kept(),
            fetcher,
            scaling: Semaphore::new(2),
            store,
            objects,
            provider,
            config,
        });
        leases::keep(&inner);
        sweeper::start(&inner);
        Self { inner }
    }

    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.inner.store
    }

    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Brings the figures up to date that are no sums; to be called before they are shown.
    pub fn update_figures(&self) {
        self.inner.figures.running(self.inner.legs.len());
        Figures::unknown(&provider::unknown_events());
    }

    /// Ends what an earlier process of this node left running; to be called before the first request.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn recover(&self) -> Result<(), RuntimeError> {
        let released = self
            .inner
            .store
            .release_dead(&self.inner.config.node)
            .await?;
        if released > 0 {
            tracing::info!(executions = released, "ended what a dead process ran");
        }
        Ok(())
    }

    /// Whether this node takes new legs.
    ///
    /// # Errors
    /// When it shuts down, or its database takes no writes.
    pub async fn check_ready(&self) -> Result<(), RuntimeError> {
        if self.inner.leases.is_closed() {
            return Err(RuntimeError::ShuttingDown);
        }
        Ok(self.inner.store.ping().await?)
    }

    /// Refuses new legs, lets the running ones end for as long as the configuration says, then cuts them:
    /// each keeps its partial answer and tells its client to try again. A leg that cannot even do that in
    /// time is left behind.
    pub async fn drain(&self) {
        let Inner {
            leases,
            legs,
            config,
            ..
        } = &*self.inner;
        leases.close();
        legs.close();
        if timeout(config.drain_time, legs.wait()).await.is_ok() {
            return;
        }
        leases.cut();
        if timeout(config.cut_time, legs.wait()).await.is_err() {
            tracing::error!(legs = legs.len(), "legs could not store how far they were");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    struct Silent;

    impl domain::Models for Silent {}

    impl Provider for Silent {
        fn stream(&self, _: domain::ModelRequest) -> provider::DeltaStream {
            Box::pin(futures_util::stream::pending())
        }
    }

    #[tokio::test]
    async fn draining_leaves_behind_what_does_not_end() {
        let (_folder, store) = store::testing::temp().await;
        let config = RuntimeConfig {
            drain_time: Duration::ZERO,
            cut_time: Duration::from_millis(10),
            ..RuntimeConfig::for_node("a")
        };
        let fetcher = Fetcher::new(net::Reach::Public).expect("a client");
        let objects = store::testing::objects();
        let runtime = Runtime::new(store, objects, Arc::new(Silent), fetcher, config);
        let leg = runtime.inner.legs.spawn(std::future::pending::<()>());
        timeout(Duration::from_secs(5), runtime.drain())
            .await
            .expect("an end");
        assert!(!leg.is_finished());
    }
}
