//! The list of stores.

use std::sync::Arc;

#[cfg(feature = "postgres")]
use crate::postgres::PostgresDatabase;
use crate::sql::SqlStore;
use crate::sqlite::SqliteDatabase;
use crate::{Result, Store, StoreError};

/// Opens the store of a URL and brings its database up to date.
///
/// `sqlite:/path/to/file.db` is made if it is not there; `sqlite::memory:` is gone with the store.
/// `postgres://user@host/database` is a server, where the feature of that name is built in.
pub async fn open(url: &str) -> Result<Arc<dyn Store>> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Arc::new(SqlStore::new(SqliteDatabase::open(url).await?.0))),
        #[cfg(feature = "postgres")]
        Some(("postgres" | "postgresql", _)) => Ok(Arc::new(SqlStore::new(
            PostgresDatabase::open(url).await?.0,
        ))),
        _ => Err(unknown(url)),
    }
}

pub(crate) fn unknown(url: &str) -> StoreError {
    // The rest of the URL may hold a password.
    let scheme = url.split(':').next().unwrap_or_default();
    let why = format!("no store is known for `{scheme}:` URLs");
    StoreError::Unavailable(why.into())
}
