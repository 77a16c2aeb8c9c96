//! The contract on PostgreSQL, where `TEST_DATABASE_URL` names a database to test on.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use super::SCRIPTS;
use crate::contract::{Column, Place, store_contract};
use crate::migration::tests::check_folder;

/// A schema for the case alone, empty; it stays for a look until the case runs again.
async fn place(case: &str) -> Option<Place> {
    let url = database_url()?;
    let mut hasher = DefaultHasher::new();
    case.hash(&mut hasher);
    let schema = format!("test_{:016x}", hasher.finish());
    let mut connection = PgConnection::connect(&url).await.expect("the database");
    for sql in [
        format!("DROP SCHEMA IF EXISTS {schema} CASCADE"),
        format!("CREATE SCHEMA {schema}"),
    ] {
        connection
            .execute(AssertSqlSafe(sql))
            .await
            .expect("a schema");
    }
    let mark = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{mark}options[search_path]={schema}");
    Some(Place::new(url, ()))
}

#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests have no configuration; a case that did not run says so"
)]
fn database_url() -> Option<String> {
    let url = std::env::var("TEST_DATABASE_URL").ok();
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
