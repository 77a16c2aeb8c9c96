//! Copies of a database file, made while others read and write it.

#[cfg(test)]
mod tests;

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::connection::{self, store_error};
use super::migrate;
use crate::migration::Script;
use crate::{Result, StoreError};

/// All pages in one step, so that the copy is of one moment however much is written meanwhile.
const ALL_PAGES: i32 = -1;

/// Copies the file that a connection has open to `FILE.before-NNNN`, without what its transaction has written.
/// A copy from an earlier try is replaced. Memory is not copied.
pub(super) fn before(connection: &Connection, next: &Script) -> Result<Option<PathBuf>> {
    let Some(file) = connection.path().filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let copy = PathBuf::from(format!("{file}.before-{:04}", next.version));
    let unfinished = PathBuf::from(format!("{}.unfinished", copy.display()));
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(cannot_write(&unfinished, error));
        }
        _ => {}
    }
    let committed = read_only(Path::new(file)).map_err(store_error)?;
    write(&committed, &unfinished)?;
    fs::rename(&unfinished, &copy).map_err(|error| cannot_write(&copy, error))?;
    Ok(Some(copy))
}

/// Copies the database of a URL to a file that must not be there.
pub(super) fn backup(url: &str, to: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
    let source = Connection::open_with_flags(connection::file(url), flags).map_err(store_error)?;
    write(&source, to)
}

/// Fills the database of a URL, which must be new, from a copy.
pub(super) fn restore(from: &Path, url: &str, scripts: &[Script]) -> Result<()> {
    let source = read_only(from).map_err(store_error)?;
    let applied = migrate::versions(&source).map_err(store_error)?;
    migrate::check_known(&applied, scripts)?;
    if applied.is_empty() {
        let why = format!("{} is no database of octavusd", from.display());
        return Err(StoreError::Unavailable(why.into()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI;
    let mut target =
        Connection::open_with_flags(connection::file(url), flags).map_err(store_error)?;
    if count_tables(&target).map_err(store_error)? > 0 {
        return Err(StoreError::Conflict {
            what: "the database",
        });
    }
    fill(&source, &mut target).map_err(store_error)
}

fn read_only(file: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn count_tables(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
}

/// Writes a new file, for this user alone.
fn write(source: &Connection, to: &Path) -> Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)
        .map_err(|error| cannot_write(to, error))?;
    let mut target = Connection::open(to).map_err(store_error)?;
    fill(source, &mut target).map_err(|error| cannot_write(to, error))
}

/// Copies every page and tries what came of it. The copy is one file, without a log beside it.
fn fill(source: &Connection, target: &mut Connection) -> rusqlite::Result<()> {
    let step = Backup::new(source, target)?.step(ALL_PAGES)?;
    if step != StepResult::Done {
        return Err(broken("another process keeps the database busy"));
    }
    target.pragma_update(None, "journal_mode", "DELETE")?;
    let found: String = target.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(broken(&found));
    }
    Ok(())
}

fn broken(why: &str) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(code, Some(why.to_owned()))
}

fn cannot_write(
    file: &Path,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    let (file, source) = (file.to_owned(), error.into());
    StoreError::Unavailable(Box::new(CannotWrite { file, source }))
}

#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written", .file.display())]
struct CannotWrite {
    file: PathBuf,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}
