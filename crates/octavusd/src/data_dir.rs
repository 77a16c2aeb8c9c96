//! The data folder: made where it is missing, and held by one server at a time.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::ErrorKind;
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

/// The name of this server, made at its first start. It is the folder's, not the machine's: whoever
/// holds the folder's lock knows that an earlier process of this name is dead, and may take over the
/// sessions that it left.
///
/// # Errors
/// When the file can be neither read nor written.
pub(crate) fn node_name(path: &Path) -> anyhow::Result<String> {
    let file = path.join("node-name");
    match fs::read_to_string(&file) {
        Ok(name) if !name.trim().is_empty() => return Ok(name.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", file.display()));
        }
    }
    let name = runtime::new_node_name();
    fs::write(&file, &name).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_its_name_and_has_it_alone() {
        let (one, other) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let name = node_name(one.path()).expect("a name");
        assert_eq!(node_name(one.path()).expect("a name"), name);
        assert_ne!(node_name(other.path()).expect("a name"), name);
    }

    #[test]
    fn a_folder_has_one_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = lock(folder.path()).expect("free");
        let refused = lock(folder.path()).expect_err("held");
        assert!(refused.to_string().contains("another server"), "{refused}");
        drop(held);
        lock(folder.path()).expect("free again");
    }
}
