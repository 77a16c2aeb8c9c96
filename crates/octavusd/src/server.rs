//! Putting the parts together, and the life of the process: listen, serve, drain.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use domain::{Limits, ModelRef};
use net::{Fetcher, Reach};
use provider::{Providers, ProvidersConfig};
use runtime::{Runtime, RuntimeConfig};
use store::Objects;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::config::Config;
use crate::exporter::Exporter;
use crate::http::FileUrls;
use crate::master_key::MasterKey;
use crate::{data_dir, http};

/// How a server is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Serve,
    /// Edits are felt at once, and the demo model stands in for models without a key.
    Dev,
}

/// A server that does not listen yet.
pub(crate) struct Server {
    pub(crate) runtime: Runtime,
    config: Config,
    file_urls: FileUrls,
    exporter: Option<Exporter>,
    /// Held until the process ends.
    _lock: File,
}

impl Server {
    /// Opens the store and prepares the providers.
    ///
    /// # Errors
    /// When the data folder or the database cannot be used, or a provider's settings are wrong.
    pub(crate) async fn open(config: Config, mode: Mode) -> anyhow::Result<Self> {
        data_dir::create(&config.data_dir)?;
        let lock = data_dir::lock(&config.data_dir)?;
        let store = store::open(&config.database_url())
            .await
            .context("the database cannot be opened")?;
        let providers = Providers::new(providers_config(&config, mode)?)?;
        let fetcher = Fetcher::new(Reach::Public).context("the client for files cannot be made")?;
        let exporter = match config.metrics_listen {
            Some(address) => Some(Exporter::start(address).await?),
            None => None,
        };
        let runtime = Runtime::new(
            store,
            objects(&config)?,
            Arc::new(providers),
            fetcher,
            runtime_config(&config, mode, &data_dir::node_name(&config.data_dir)?),
        );
        runtime.recover().await?;
        let file_urls = FileUrls::new(&config.public_url, &MasterKey::load(&config)?)?;
        Ok(Self {
            runtime,
            config,
            file_urls,
            exporter,
            _lock: lock,
        })
    }

    /// Binds the address; `ready` is told once requests are taken. Returns when a signal asked to stop
    /// and every session was ended or kept.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub(crate) async fn run(self, ready: impl FnOnce(&str)) -> anyhow::Result<()> {
        let listener = TcpListener::bind(self.config.listen)
            .await
            .with_context(|| {
                format!(
                    "{} cannot be listened on; set OCTAVUSD_LISTEN",
                    self.config.listen
                )
            })?;
        // Every write is a whole event; waiting to join it with the next would only delay it.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let app = http::service(self.runtime.clone(), self.file_urls);
        let (mut terminate, mut interrupt) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        ready(&self.config.public_url);
        let stopped = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("shutting down");
        };
        let (draining, drained) = oneshot::channel::<()>();
        let (closing, closed) = oneshot::channel::<()>();
        let notice = self.config.drain_notice();
        let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
            stopped.await;
            drop(draining);
            // Whoever sends requests here learns by 503 that this server ends.
            sleep(notice).await;
        });
        let exporting = export(self.exporter, self.runtime.clone());
        let runtime = self.runtime;
        let drain = async move {
            let _ = drained.await;
            runtime.drain().await;
            drop(closing);
        };
        let serving = async {
            tokio::select! {
                served = serving.into_future() => served.context("the server stopped"),
                () = last_moment(closed, notice) => {
                    tracing::warn!("connections were cut that did not end");
                    Ok(())
                }
            }
        };
        let served = async { tokio::join!(serving, drain).0 };
        tokio::select! {
            served = served => served,
            failed = exporting => failed,
        }
    }
}

/// Shows the figures for as long as the server runs.
async fn export(exporter: Option<Exporter>, runtime: Runtime) -> anyhow::Result<()> {
    match exporter {
        Some(exporter) => exporter.serve(runtime).await,
        None => std::future::pending().await,
    }
}

/// Every leg has ended; their clients, uploads and downloads get this long to end, too.
const CLOSING: Duration = Duration::from_secs(5);

async fn last_moment(closed: oneshot::Receiver<()>, notice: Duration) {
    let _ = closed.await;
    sleep(notice + CLOSING).await;
}

/// Where the bytes of files are kept.
pub(crate) fn objects(config: &Config) -> anyhow::Result<Objects> {
    match &config.files_url {
        Some(url) => {
            Objects::open(url, &config.files_access).context("OCTAVUSD_FILES_URL is not right")
        }
        None => Objects::folder(&config.default_files_folder())
            .context("the folder for files cannot be used"),
    }
}

pub(crate) fn providers_config(config: &Config, mode: Mode) -> anyhow::Result<ProvidersConfig> {
    let mut providers = ProvidersConfig {
        endpoints: config.endpoints.clone(),
        facts: config.model_facts.clone(),
        ..ProvidersConfig::default()
    };
    if mode == Mode::Dev {
        let demo: ModelRef = "demo/assistant".parse()?;
        providers.stand_in = Some(demo);
    }
    Ok(providers)
}

fn runtime_config(config: &Config, mode: Mode, node: &str) -> RuntimeConfig {
    RuntimeConfig {
        limits: Limits {
            busy_wait: config.busy_wait,
            ..Limits::default()
        },
        session_ttl: config.session_ttl,
        lease_ttl: config.lease_ttl,
        lease_renewal: config.lease_ttl / 3,
        drain_time: config.drain_time,
        follow_newest: mode == Mode::Dev,
        ..RuntimeConfig::for_node(node)
    }
}
