//! What an operator does with a database, beside a server or without one: look at its shape, bring it up to
//! date, copy it.

use std::path::{Path, PathBuf};

use domain::Timestamp;

use crate::migration::Script;
use crate::sqlite::SqliteDatabase;
use crate::{Result, StoreError, open};

/// A database as it is found. Nothing of it is changed, and none is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The scripts that were run on it, by name, such as `0001_first`. None: it is new.
    pub applied: Vec<String>,
    /// Those that this build would still run on it.
    pub pending: Vec<String>,
    /// The numbers of scripts that only a newer build knows.
    pub unknown: Vec<i64>,
    /// What time its server has; a file has none.
    pub clock: Option<Timestamp>,
}

impl Inspection {
    pub(crate) fn new(scripts: &[Script], applied: &[i64], clock: Option<Timestamp>) -> Self {
        let (done, pending): (Vec<&Script>, Vec<&Script>) = scripts
            .iter()
            .partition(|script| applied.contains(&script.version));
        let is_unknown = |version: &i64| scripts.iter().all(|script| script.version != *version);
        Self {
            applied: done.iter().map(|script| script.full_name()).collect(),
            pending: pending.iter().map(|script| script.full_name()).collect(),
            unknown: applied.iter().copied().filter(is_unknown).collect(),
            clock,
        }
    }
}

/// What bringing a database up to date did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrated {
    /// The scripts that were run, by name.
    pub applied: Vec<String>,
    /// The copy of an SQLite file that was made before them.
    pub copy: Option<PathBuf>,
}

/// Looks at the database of a URL.
///
/// # Errors
/// When it cannot be reached.
pub async fn inspect(url: &str) -> Result<Inspection> {
    match url.split_once(':') {
        Some(("sqlite", _)) => SqliteDatabase::inspect(url).await,
        #[cfg(feature = "postgres")]
        Some(("postgres" | "postgresql", _)) => {
            crate::postgres::PostgresDatabase::inspect(url).await
        }
        _ => Err(open::unknown(url)),
    }
}

/// Brings the database of a URL up to date, as [`open()`](crate::open()) does, and tells what that took.
///
/// # Errors
/// When it cannot be reached, or is of a newer build.
pub async fn migrate(url: &str) -> Result<Migrated> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(SqliteDatabase::open(url).await?.1),
        #[cfg(feature = "postgres")]
        Some(("postgres" | "postgresql", _)) => {
            Ok(crate::postgres::PostgresDatabase::open(url).await?.1)
        }
        _ => Err(open::unknown(url)),
    }
}

/// Writes a copy of an SQLite database, as of one moment, to a file that must not be there. A server may run
/// on it meanwhile.
///
/// # Errors
/// When the URL is not SQLite's, or the copy cannot be made.
pub async fn backup(url: &str, to: &Path) -> Result<()> {
    let (url, to) = (sqlite_only(url)?, to.to_owned());
    blocking(move || SqliteDatabase::backup(&url, &to)).await
}

/// Fills a new SQLite database from a copy.
///
/// # Errors
/// `Conflict` where the database is not new; when the URL is not SQLite's, or the file is no copy that this
/// build can read.
pub async fn restore(from: &Path, url: &str) -> Result<()> {
    let (url, from) = (sqlite_only(url)?, from.to_owned());
    blocking(move || SqliteDatabase::restore(&from, &url)).await
}

fn sqlite_only(url: &str) -> Result<String> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(url.to_owned()),
        _ => Err(StoreError::Unavailable(
            "only an SQLite database is copied by octavusd; take pg_dump and pg_restore for \
             PostgreSQL"
                .into(),
        )),
    }
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(StoreError::Unavailable(panic.into())))
}
