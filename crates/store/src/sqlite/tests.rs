//! The contract on SQLite, and what is special about it.

use std::future::{Ready, ready};

use sqlx::Row as _;
use tempfile::TempDir;

use super::{SCRIPTS, SqliteDatabase};
#[cfg(feature = "postgres")]
use crate::contract::Column;
use crate::contract::{Place, store_contract};
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
    (folder, database)
}

#[tokio::test]
async fn connections_are_set_up_to_lose_nothing() {
    let (_folder, database) = database().await;
    for pool in [&database.writer, &database.readers] {
        let pragma = async |sql: &'static str| {
            let row = sqlx::query(sql).fetch_one(pool).await.unwrap();
            row.try_get_unchecked::<String, _>(0).unwrap()
        };
        assert_eq!(pragma("PRAGMA journal_mode").await, "wal");
        assert_eq!(pragma("PRAGMA synchronous").await, "2");
        assert_eq!(pragma("PRAGMA foreign_keys").await, "1");
        assert_eq!(pragma("PRAGMA busy_timeout").await, "5000");
        assert_eq!(pragma("PRAGMA journal_size_limit").await, "67108864");
    }
    let refused = sqlx::query("DELETE FROM items").execute(&database.readers);
    assert!(refused.await.is_err(), "readers do not write");
}

/// The cost of a trigger must not grow with the turns before it.
#[tokio::test]
async fn stopping_what_is_open_looks_at_nothing_else() {
    let (_folder, database) = database().await;
    let plan = format!("EXPLAIN QUERY PLAN {STOP_OPEN}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(plan))
        .bind("s1")
        .bind(1_i64)
        .fetch_all(&database.writer);
    let steps: Vec<String> = rows
        .await
        .unwrap()
        .iter()
        .map(|row| row.get("detail"))
        .collect();
    assert!(steps[0].contains("executions_open"), "{steps:?}");
}

#[test]
fn every_script_is_in_the_list() {
    check_folder("sqlite", SCRIPTS);
}

/// All columns of a fresh database.
#[cfg(feature = "postgres")]
pub(crate) async fn columns() -> Vec<Column> {
    let (_folder, database) = database().await;
    let rows = sqlx::query(
        "SELECT t.name AS table_name, c.name, c.type, c.\"notnull\" AS required
         FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    )
    .fetch_all(&database.writer);
    let mut columns: Vec<Column> = rows
        .await
        .unwrap()
        .iter()
        .map(|row| Column {
            table: row.get("table_name"),
            name: row.get("name"),
            kind: row.get("type"),
            required: row.get("required"),
        })
        .filter(|column| column.table != "_sqlx_migrations")
        .collect();
    columns.sort();
    columns
}
