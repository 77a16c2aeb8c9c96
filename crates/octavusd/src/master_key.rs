//! The secret of an installation. Keys for each purpose are derived from it; it is used for nothing else.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::config::Config;

/// Below this a key could be guessed.
const MIN_CHARS: usize = 32;

const FILE_NAME: &str = "master-key";

/// The secret. It is never printed.
#[derive(Clone)]
pub struct MasterKey(Arc<str>);

impl MasterKey {
    /// # Errors
    /// When the text is too short to be a secret.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        if text.chars().count() < MIN_CHARS {
            bail!(
                "a master key has at least {MIN_CHARS} characters; `openssl rand -hex 32` makes one"
            );
        }
        Ok(Self(text.into()))
    }

    /// The key that the operator gave, or that of the data folder, which is made at the first start.
    pub(crate) fn load(config: &Config) -> anyhow::Result<Self> {
        match (&config.master_key, &config.master_key_file) {
            (Some(_), Some(_)) => {
                bail!("set OCTAVUSD_MASTER_KEY or OCTAVUSD_MASTER_KEY_FILE, not both")
            }
            (Some(key), None) => Ok(key.clone()),
            (None, Some(file)) => read(file).context("OCTAVUSD_MASTER_KEY_FILE is not right"),
            (None, None) => of_folder(&config.data_dir),
        }
    }

    /// The key for one purpose. Whoever learns it learns nothing about the others.
    pub(crate) fn derive(&self, purpose: &str) -> anyhow::Result<[u8; 32]> {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, self.0.as_bytes())
            .expand(purpose.as_bytes(), &mut key)
            .map_err(|_| anyhow::anyhow!("no key can be derived for {purpose}"))?;
        Ok(key)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

fn read(file: &Path) -> anyhow::Result<MasterKey> {
    let text = fs::read_to_string(file);
    let text = text.with_context(|| format!("{} cannot be read", file.display()))?;
    MasterKey::parse(&text).with_context(|| format!("{} holds no key", file.display()))
}

/// Where a folder keeps the key that it made.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join(FILE_NAME)
}

fn of_folder(folder: &Path) -> anyhow::Result<MasterKey> {
    let file = file(folder);
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file);
    let made = new.and_then(|mut new| {
        new.write_all(runtime::new_secret().as_bytes())?;
        new.sync_all()
    });
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("{} cannot be written", file.display()))
        }
        _ => read(&file),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_folder_keeps_its_key_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = of_folder(folder.path()).expect("a new key");
        let again = of_folder(folder.path()).expect("the same key");
        assert_eq!(first.0, again.0);
        let file = fs::metadata(folder.path().join(FILE_NAME)).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let key = MasterKey::parse(&"k".repeat(32)).expect("long enough");
        assert_ne!(
            key.derive("a").expect("a key"),
            key.derive("b").expect("a key")
        );
        assert_eq!(format!("{key:?}"), "MasterKey(***)");
        assert!(MasterKey::parse(&"k".repeat(31)).is_err());
    }
}
