//! `octavusd serve`: the server, configured by its environment.

use super::DATA_DIR;
use crate::config::Config;
use crate::server::{Mode, Server};
use crate::telemetry;

pub(crate) async fn run() -> anyhow::Result<()> {
    let config = Config::load(DATA_DIR)?;
    telemetry::start(&config, "info")?;
    let server = Server::open(config, Mode::Serve).await?;
    server.run(|url| tracing::info!(url, "listening")).await
}
