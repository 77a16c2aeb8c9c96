//! `/metrics` in the format of Prometheus, on an address of its own: figures are for the operator, whose network
//! guards them, and not for whoever has a key.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::http::header;
use axum::routing::get;
use metrics::{describe_gauge, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use runtime::Runtime;
use tokio::net::TcpListener;
use tokio::time::interval;

use crate::open_files;

const OPEN_FILES: &str = "octavusd_open_files";
const MOST_OPEN_FILES: &str = "octavusd_open_files_limit";

/// Upper bounds of durations, in seconds. A commit takes less than a millisecond where the disk is idle.
const SECONDS: [f64; 10] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0,
];

/// How often what was measured is summed up, also where nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// The figures of this process, and the address that shows them.
pub(crate) struct Exporter {
    listener: TcpListener,
    handle: PrometheusHandle,
}

impl Exporter {
    /// Begins to keep figures; to be called before anything takes a handle of one.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub(crate) async fn start(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("{address} cannot be listened on; set OCTAVUSD_METRICS_LISTEN")
        })?;
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
            .build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).context("figures are kept already")?;
        describe_gauge!(OPEN_FILES, "Open files and sockets of the server");
        describe_gauge!(MOST_OPEN_FILES, "How many files and sockets it may open");
        Ok(Self { listener, handle })
    }

    /// Answers for as long as it is polled.
    ///
    /// # Errors
    /// When the listener fails.
    pub(crate) async fn serve(self, runtime: Runtime) -> anyhow::Result<()> {
        let handle = self.handle.clone();
        let show = move || async move {
            runtime.update_figures();
            update_open_files();
            let format = "text/plain; version=0.0.4; charset=utf-8";
            ([(header::CONTENT_TYPE, format)], handle.render())
        };
        let router = Router::new().route("/metrics", get(show));
        let serving = axum::serve(self.listener, router).into_future();
        let mut ticks = interval(UPKEEP);
        let upkeep = async {
            loop {
                ticks.tick().await;
                self.handle.run_upkeep();
            }
        };
        tokio::select! {
            served = serving => served.context("the address of the figures failed"),
            () = upkeep => Ok(()),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "no process has that many files")]
fn update_open_files() {
    if let Some(open) = open_files::count() {
        gauge!(OPEN_FILES).set(open as f64);
    }
    if let Some(most) = open_files::limit() {
        gauge!(MOST_OPEN_FILES).set(most as f64);
    }
}
