//! Stores for tests.

use std::sync::Arc;

use tempfile::TempDir;

use crate::{Objects, Store};

/// The address of an empty database: SQLite on a file of its own, which goes with the folder, or, where
/// `TEST_STORE` is `postgres`, a schema of its own in the database that `TEST_DATABASE_URL` names.
///
/// # Panics
/// Where the machine's folder for temporary files takes no database, or PostgreSQL does not answer.
#[expect(clippy::expect_used, reason = "for tests alone")]
pub async fn database() -> (TempDir, String) {
    let folder = TempDir::new().expect("a temporary folder");
    #[cfg(feature = "postgres")]
    if variable("TEST_STORE").as_deref() == Some("postgres") {
        let database = variable("TEST_DATABASE_URL").expect("TEST_DATABASE_URL for TEST_STORE");
        let name = folder.path().display().to_string();
        return (folder, empty_schema(&database, &name).await);
    }
    let url = format!("sqlite:{}", folder.path().join("store.db").display());
    (folder, url)
}

/// The address of an SQLite database that is as a dump says.
///
/// # Panics
/// Where the dump is no SQL, or the machine's folder for temporary files takes no database.
#[must_use]
#[expect(clippy::expect_used, reason = "for tests alone")]
pub fn sqlite_of(dump: &str) -> (TempDir, String) {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("store.db");
    let connection = rusqlite::Connection::open(&file).expect("a new database");
    // A dump has its tables by name, and their rows before those that they refer to.
    let unordered = connection.pragma_update(None, "foreign_keys", false);
    unordered.expect("a connection that takes any order");
    connection.execute_batch(dump).expect("a dump");
    (folder, format!("sqlite:{}", file.display()))
}

/// An empty store.
///
/// # Panics
/// As [`database`].
#[expect(clippy::expect_used, reason = "for tests alone")]
pub async fn temp() -> (TempDir, Arc<dyn Store>) {
    let (folder, url) = database().await;
    let store = crate::open(&url).await.expect("a new store");
    (folder, store)
}

/// The address of a schema for one name alone, made anew; it stays for a look.
#[cfg(feature = "postgres")]
#[expect(clippy::expect_used, reason = "for tests alone")]
pub(crate) async fn empty_schema(database: &str, name: &str) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let schema = format!("test_{:016x}", hasher.finish());
    let mut connection = sqlx::postgres::PgConnection::connect(database)
        .await
        .expect("the database");
    for sql in [
        format!("DROP SCHEMA IF EXISTS {schema} CASCADE"),
        format!("CREATE SCHEMA {schema}"),
    ] {
        connection
            .execute(AssertSqlSafe(sql))
            .await
            .expect("a schema");
    }
    let mark = if database.contains('?') { '&' } else { '?' };
    format!("{database}{mark}options[search_path]={schema}")
}

#[cfg(any(feature = "postgres", feature = "s3"))]
#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A place for files that is gone with the test.
#[must_use]
pub fn objects() -> Objects {
    Objects::in_memory()
}
