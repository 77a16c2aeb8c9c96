//! Logs: where they go and in which form.

use std::io::IsTerminal as _;

use anyhow::bail;
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Sends logs to standard error: text on a terminal, JSON elsewhere, unless `LOG_FORMAT` says.
///
/// # Errors
/// When the level or the format is not known.
pub(crate) fn start(config: &Config, default_level: &str) -> anyhow::Result<()> {
    let level = config.log_level.as_deref().unwrap_or(default_level);
    let Ok(filter) = EnvFilter::try_new(level) else {
        bail!("LOG_LEVEL is `{level}`; write error, warn, info, debug or trace");
    };
    let json = match config.log_format.as_deref() {
        Some("json") => true,
        Some("text") => false,
        Some(other) => bail!("LOG_FORMAT is `{other}`; write text or json"),
        None => !std::io::stderr().is_terminal(),
    };
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if json {
        logs.json().init();
    } else {
        logs.with_target(false).init();
    }
    Ok(())
}
