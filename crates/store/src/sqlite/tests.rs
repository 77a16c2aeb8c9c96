//! The contract on SQLite, and what is special about it.

use tempfile::TempDir;

use crate::contract::{Place, store_contract};

/// A file that does not exist yet.
pub(crate) async fn place() -> Place {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("store.db").display());
    Place::new(url, folder)
}

store_contract!(crate::sqlite::tests::place);

#[tokio::test]
async fn memory_is_a_store_too() {
    let store = crate::open("sqlite::memory:").await.unwrap();
    store.ping().await.unwrap();
    assert!(store.keys(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_unknown_url_is_refused_without_its_password() {
    let Err(error) = crate::open("mysql://root:secret@localhost/db").await else {
        panic!("not a store of ours");
    };
    let report = format!("{error:?}");
    assert!(report.contains("`mysql:`"), "{report}");
    assert!(!report.contains("secret"), "{report}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_unavailable() {
    let opened = crate::open("sqlite:/nowhere/at/all/store.db").await;
    assert!(matches!(opened, Err(crate::StoreError::Unavailable(_))));
}
