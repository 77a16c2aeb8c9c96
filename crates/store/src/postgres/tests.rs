//! The contract on PostgreSQL, where `TEST_DATABASE_URL` names a database to test on.

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _, Row as _};

use super::SCRIPTS;
use crate::contract::{Column, Place, store_contract};
use crate::migration::tests::check_folder;
use crate::testing;

/// A schema for the case alone.
async fn place(case: &str) -> Option<Place> {
    let database = database_url()?;
    Some(Place::new(testing::empty_schema(&database, case).await, ()))
}

#[expect(clippy::print_stderr, reason = "a case that did not run says so")]
fn database_url() -> Option<String> {
    let url = testing::variable("TEST_DATABASE_URL");
    if url.is_none() {
        eprintln!("not run: TEST_DATABASE_URL is not set");
    }
    url
}

store_contract!(crate::postgres::tests::place);

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let Some(place) = place("columns").await else {
        return;
    };
    let _store = place.open().await;
    let mut connection = PgConnection::connect(place.url()).await.unwrap();
    let rows = connection.fetch_all(
        "SELECT table_name, column_name, upper(data_type) AS type, is_nullable = 'NO' AS required
         FROM information_schema.columns WHERE table_schema = current_schema()",
    );
    let mut here: Vec<Column> = rows
        .await
        .unwrap()
        .iter()
        .map(|row| Column {
            table: row.get("table_name"),
            name: row.get("column_name"),
            kind: row.get::<String, _>("type").replace("BYTEA", "BLOB"),
            required: row.get("required"),
        })
        .filter(|column| column.table != "_sqlx_migrations")
        .collect();
    here.sort();
    assert_eq!(here, crate::sqlite::tests::columns().await);
}

#[test]
fn every_script_is_in_the_list() {
    check_folder("postgres", SCRIPTS);
}
