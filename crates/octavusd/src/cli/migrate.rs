//! `octavusd migrate`: brings the database up to date without starting a server.

use anyhow::Context as _;

use super::{DATA_DIR, say};
use crate::config::Config;
use crate::data_dir;

pub(crate) async fn run() -> anyhow::Result<()> {
    let config = Config::load(DATA_DIR)?;
    data_dir::create(&config.data_dir)?;
    let migrated = store::migrate(&config.database_url())
        .await
        .context("the database cannot be migrated")?;
    if migrated.applied.is_empty() {
        say("the database is up to date");
        return Ok(());
    }
    if let Some(copy) = &migrated.copy {
        say(&format!(
            "copied the database as it was to {}",
            copy.display()
        ));
    }
    for script in &migrated.applied {
        say(&format!("ran {script}"));
    }
    Ok(())
}
