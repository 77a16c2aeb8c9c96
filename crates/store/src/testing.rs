//! Stores for tests.

use std::sync::Arc;

use tempfile::TempDir;

use crate::{Objects, Store};

/// An empty store on a file of its own. The file goes with the folder.
///
/// # Panics
/// Where the machine's folder for temporary files takes no database.
#[expect(clippy::expect_used, reason = "for tests alone")]
pub async fn temp() -> (TempDir, Arc<dyn Store>) {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("store.db").display());
    let store = crate::open(&url).await.expect("a new store");
    (folder, store)
}

/// A place for files that is gone with the test.
#[must_use]
pub fn objects() -> Objects {
    Objects::in_memory()
}
