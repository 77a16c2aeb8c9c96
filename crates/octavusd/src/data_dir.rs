//! The data folder: made where it is missing, and held by one server at a time.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Makes the folder, for this user alone.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn create(path: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| {
            format!(
                "the data folder {} cannot be made; set OCTAVUSD_DATA_DIR",
                path.display()
            )
        })
}

/// Keeps a second server out for as long as the file is held. Commands such as `keys` need no lock.
///
/// # Errors
/// When another server has the folder.
pub(crate) fn lock(path: &Path) -> anyhow::Result<File> {
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path.join("server.lock"))
        .with_context(|| format!("the data folder {} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "another server uses the data folder {}; stop it, or set OCTAVUSD_DATA_DIR",
                path.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).context("the data folder cannot be locked"),
    }
}
