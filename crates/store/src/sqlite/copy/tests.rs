use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;
use crate::contract::at;
use crate::sqlite::{SCRIPTS, START};
use crate::{Migrated, Store, StoreError};

fn place() -> (TempDir, PathBuf, String) {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("store.db");
    let url = format!("sqlite:{}", file.display());
    (folder, file, url)
}

/// A file as a build left it that knew two scripts, with a project in it.
fn old(url: &str) {
    let mut connection = connection::open(url, START).expect("a new file");
    migrate::migrate(&mut connection, &SCRIPTS[..2]).expect("two scripts");
    let insert = "INSERT INTO projects (id, name, created) VALUES ('p1', 'old', 0)";
    connection.execute(insert, []).expect("a project");
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    names
}

async fn projects(store: &dyn Store) -> String {
    let found = store.ensure_project("old", "fresh".into(), at(0)).await;
    found.expect("a project").to_string()
}

#[tokio::test]
async fn a_file_is_copied_before_it_is_migrated() {
    let (folder, file, url) = place();
    old(&url);
    // A try that was cut off.
    let unfinished = format!("{}.before-0003.unfinished", file.display());
    fs::write(unfinished, "half").expect("a file");
    let Migrated { applied, copy } = crate::migrate(&url).await.expect("the newer scripts");
    assert_eq!(applied.len(), SCRIPTS.len() - 2);
    let copy = copy.expect("a copy");
    assert_eq!(names(&folder), ["store.db", "store.db.before-0003"]);
    assert_eq!(
        fs::metadata(&copy).expect("a file").permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        migrate::versions(&read_only(&copy).expect("a database")).expect("a table"),
        [1, 2]
    );

    let again = crate::migrate(&url).await.expect("nothing to do");
    assert_eq!(again, Migrated::default());

    // What the operator does who wants the older build back.
    fs::rename(&copy, &file).expect("the older file");
    let inspection = crate::inspect(&url).await.expect("a database");
    assert_eq!(inspection.applied.len(), 2);
    let store = crate::open(&url).await.expect("it is migrated again");
    assert_eq!(projects(&*store).await, "p1");
}

#[tokio::test]
async fn a_new_file_and_memory_have_nothing_to_copy() {
    let (folder, _, url) = place();
    let new = crate::migrate(&url).await.expect("a new file");
    assert_eq!((new.applied.len(), new.copy), (SCRIPTS.len(), None));
    assert_eq!(names(&folder), ["store.db"]);
    let memory = crate::migrate("sqlite::memory:").await.expect("memory");
    assert_eq!(memory.copy, None);
}

#[tokio::test]
async fn looking_at_a_database_makes_none() {
    let (folder, _, url) = place();
    let inspection = crate::inspect(&url).await.expect("nothing there");
    assert_eq!(
        (inspection.applied.len(), inspection.pending.len()),
        (0, SCRIPTS.len())
    );
    assert_eq!(names(&folder), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_beside_a_writer_is_of_one_moment() {
    let (folder, _, url) = place();
    let store = crate::open(&url).await.expect("a store");
    let writer = tokio::task::JoinSet::from_iter([async move {
        for number in 0..300 {
            let name = format!("{number}");
            let made = store.ensure_project(&name, name.clone().into(), at(0));
            made.await.expect("a project");
        }
    }]);
    let mut copies = Vec::new();
    while copies.last() != Some(&300) {
        let to = folder.path().join(format!("copy {}", copies.len()));
        crate::backup(&url, &to).await.expect("a copy");
        let ids = ids(&to);
        assert!(
            (0..ids.len())
                .map(|number| number.to_string())
                .eq(ids.iter().cloned())
        );
        copies.push(ids.len());
    }
    writer.join_all().await;
    assert!(copies.is_sorted() && copies.len() > 1, "{copies:?}");
    let refused = crate::backup(&url, &folder.path().join("copy 0")).await;
    let refused = refused.expect_err("the file is there");
    assert!(matches!(refused, StoreError::Unavailable(_)));
}

/// The projects of a copy, in the order in which they were made.
fn ids(copy: &Path) -> Vec<String> {
    let connection = read_only(copy).expect("a database");
    let mut statement = connection
        .prepare("SELECT id FROM projects ORDER BY rowid")
        .expect("a table");
    let ids = statement.query_map([], |row| row.get(0)).expect("rows");
    ids.map(|id| id.expect("an id")).collect()
}

#[tokio::test]
async fn a_copy_is_restored_into_a_new_database_alone() {
    let (folder, _, url) = place();
    old(&url);
    let copy = folder.path().join("copy");
    crate::backup(&url, &copy).await.expect("a copy");
    let refused = crate::restore(&copy, &url)
        .await
        .expect_err("it is not new");
    assert!(matches!(refused, StoreError::Conflict { .. }));
    let new = format!("sqlite:{}", folder.path().join("new.db").display());
    crate::restore(&copy, &new).await.expect("a database");
    let store = crate::open(&new).await.expect("it is migrated");
    assert_eq!(projects(&*store).await, "p1");
}

#[tokio::test]
async fn what_no_build_of_ours_wrote_is_not_restored() {
    let (folder, file, url) = place();
    let from = folder.path().join("copy");
    fs::write(&from, "no database").expect("a file");
    crate::restore(&from, &url).await.expect_err("no database");
    fs::write(&from, "").expect("a file");
    crate::restore(&from, &url)
        .await
        .expect_err("an empty database");
    let newer = Connection::open(&from).expect("a database");
    let table = "CREATE TABLE _sqlx_migrations (version BIGINT);
        INSERT INTO _sqlx_migrations VALUES (1), (9999)";
    newer.execute_batch(table).expect("a table");
    let refused = crate::restore(&from, &url)
        .await
        .expect_err("of a newer build");
    assert!(matches!(refused, StoreError::Migration(_)));
    assert!(!file.exists());
}
