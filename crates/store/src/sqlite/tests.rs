//! The contract on SQLite, and what is special about it.

use std::future::{Ready, ready};

use tempfile::TempDir;

use super::{SCRIPTS, SqliteDatabase};
#[cfg(feature = "postgres")]
use crate::contract::Column;
use crate::contract::{Place, store_contract};
use crate::database::{Database as _, Read, Row, all, one};
use crate::migration::tests::check_folder;
use crate::sql::STOP_OPEN;

/// A file that does not exist yet.
fn place(_case: &str) -> Ready<Option<Place>> {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("store.db").display());
    ready(Some(Place::new(url, folder)))
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

async fn database() -> (TempDir, SqliteDatabase) {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("store.db").display());
    let database = SqliteDatabase::open(&url).await.expect("a new database");
    (folder, database.0)
}

#[tokio::test]
async fn connections_are_set_up_to_lose_nothing() {
    let (_folder, database) = database().await;
    let reader = database.read().await.unwrap();
    set_up(reader, 5_000).await;
    let writer: Box<dyn Read> = database.write().await.unwrap();
    // It asks again by itself, so that no thread is blocked.
    set_up(writer, 0).await;
}

async fn set_up(mut connection: Box<dyn Read>, busy_timeout: i64) {
    let mode = one(&mut *connection, "PRAGMA journal_mode", &[], |row| {
        row.text("journal_mode").map(str::to_owned)
    });
    assert_eq!(mode.await.unwrap().as_deref(), Some("wal"));
    let numbers = [
        ("PRAGMA synchronous", "synchronous", 2),
        ("PRAGMA foreign_keys", "foreign_keys", 1),
        ("PRAGMA busy_timeout", "timeout", busy_timeout),
        (
            "PRAGMA journal_size_limit",
            "journal_size_limit",
            67_108_864,
        ),
    ];
    for (sql, column, expected) in numbers {
        let mut number = None;
        let mut each = |row: &dyn Row| {
            number = Some(row.int(column)?);
            Ok(())
        };
        connection.fetch(sql, &[], &mut each).await.unwrap();
        assert_eq!(number, Some(expected), "{sql}");
    }
}

#[tokio::test]
async fn readers_do_not_write() {
    let (_folder, database) = database().await;
    let mut reader = database.read().await.unwrap();
    let refused = all(
        &mut *reader,
        "DELETE FROM items RETURNING seq",
        &[],
        |row| row.int("seq"),
    );
    assert!(refused.await.is_err());
}

/// The cost of a trigger must not grow with the turns before it.
#[tokio::test]
async fn stopping_what_is_open_looks_at_nothing_else() {
    let (_folder, database) = database().await;
    let plan = format!("EXPLAIN QUERY PLAN {STOP_OPEN}");
    let mut reader = database.read().await.unwrap();
    let values = ["s1".into(), 1_i64.into()];
    let steps = all(&mut *reader, plan.leak(), &values, |row| {
        row.text("detail").map(str::to_owned)
    });
    let steps = steps.await.unwrap();
    assert!(steps[0].contains("executions_open"), "{steps:?}");
}

#[test]
fn every_script_is_in_the_list() {
    check_folder("sqlite", SCRIPTS);
}

/// All columns of a fresh database.
#[cfg(feature = "postgres")]
pub(crate) async fn columns() -> Vec<Column> {
    const COLUMNS: &str = "
        SELECT t.name AS table_name, c.name, c.type, c.\"notnull\" AS required
        FROM sqlite_master t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name <> '_sqlx_migrations'";
    let (_folder, database) = database().await;
    let mut reader = database.read().await.unwrap();
    let columns = all(&mut *reader, COLUMNS, &[], |row| {
        Ok(Column {
            table: row.text("table_name")?.to_owned(),
            name: row.text("name")?.to_owned(),
            kind: row.text("type")?.to_owned(),
            required: row.int("required")? == 1,
        })
    });
    let mut columns = columns.await.unwrap();
    columns.sort();
    columns
}
