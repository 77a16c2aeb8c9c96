//! A connection, and how statements run on it.
//!
//! A call returns when the statement is done: most take a few microseconds, less than it costs to hand
//! them to another thread. What waits for the disk is the commit, and that has its thread (`writer`).

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::types::{FromSqlResult, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ffi};

use crate::database::{EachRow, Row, Value};
use crate::{Result, StoreError};

/// The write-ahead log is cut back to this after a checkpoint.
const JOURNAL_SIZE_LIMIT: i64 = 64 * 1024 * 1024;
/// More than there are statements, so that each is compiled once.
const STATEMENTS: usize = 128;
/// How often to ask again for what another process holds.
pub(super) const ASK_AGAIN: Duration = Duration::from_millis(2);

pub(super) fn is_memory(url: &str) -> bool {
    url.contains(":memory:")
}

/// Opens the file of a URL, made if it is not there. `patience` is how long a call blocks its thread
/// where another process is in the way.
pub(super) fn open(url: &str, patience: Duration) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(file(url), flags).map_err(store_error)?;
    set_up(&connection, patience).map_err(store_error)?;
    Ok(connection)
}

/// SQLite reads the rest of the URL itself, `?mode=ro` and `%20` included.
pub(super) fn file(url: &str) -> String {
    let place = place(url);
    if is_memory(url) {
        place.to_owned()
    } else {
        format!("file:{place}")
    }
}

/// Where the file of a URL is, unless something in it is written as `%20`.
pub(super) fn path(url: &str) -> &Path {
    Path::new(place(url).split('?').next().unwrap_or_default())
}

fn place(url: &str) -> &str {
    let place = url.strip_prefix("sqlite:").unwrap_or(url);
    place.strip_prefix("//").unwrap_or(place)
}

fn set_up(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(patience)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    use_write_ahead_log(connection, patience)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Else what a savepoint may take back is written to a file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "journal_size_limit", JOURNAL_SIZE_LIMIT)
}

/// Of two processes that open a new file one is told at once that it is busy, whatever its patience.
fn use_write_ahead_log(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if is_busy(&error) && Instant::now() < deadline => sleep(ASK_AGAIN),
            outcome => return outcome,
        }
    }
}

/// Whether another process is in the way.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// Runs a statement of the writer's own, which takes no values.
pub(super) fn run(connection: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// Shows each row of a statement to `each`.
pub(super) fn fetch(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
    each: &mut EachRow<'_>,
) -> Result<()> {
    let mut statement = bound(connection, sql, values).map_err(store_error)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(store_error)? {
        each(row)?;
    }
    Ok(())
}

/// Returns how many rows a statement changed.
pub(super) fn execute(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
) -> Result<u64> {
    let changed = bound(connection, sql, values).and_then(|mut statement| statement.raw_execute());
    Ok(changed.map_err(store_error)? as u64)
}

/// A statement with its values. To SQLite `$2` is a name, and need not be the second place.
fn bound<'c>(
    connection: &'c Connection,
    sql: &'static str,
    values: &[Value<'_>],
) -> rusqlite::Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql)?;
    for place in 1..=statement.parameter_count() {
        let value = statement
            .parameter_name(place)
            .and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok())
            .and_then(|number| values.get(number.checked_sub(1)?))
            .ok_or(rusqlite::Error::InvalidParameterCount(place, values.len()))?;
        match value {
            Value::Text(text) => statement.raw_bind_parameter(place, text.as_deref())?,
            Value::Int(number) => statement.raw_bind_parameter(place, number)?,
            Value::Bytes(bytes) => statement.raw_bind_parameter(place, bytes)?,
        }
    }
    Ok(statement)
}

impl Row for rusqlite::Row<'_> {
    fn text(&self, column: &'static str) -> Result<&str> {
        value(self, column, |value| value.as_str())
    }

    fn text_or_null(&self, column: &'static str) -> Result<Option<&str>> {
        value(self, column, |value| value.as_str_or_null())
    }

    fn int(&self, column: &'static str) -> Result<i64> {
        value(self, column, |value| value.as_i64())
    }

    fn int_or_null(&self, column: &'static str) -> Result<Option<i64>> {
        value(self, column, |value| value.as_i64_or_null())
    }

    fn bytes(&self, column: &'static str) -> Result<&[u8]> {
        value(self, column, |value| value.as_bytes())
    }
}

fn value<'r, T>(
    row: &'r rusqlite::Row<'_>,
    column: &'static str,
    read: impl FnOnce(ValueRef<'r>) -> FromSqlResult<T>,
) -> Result<T> {
    let found = row.get_ref(column).map_err(store_error)?;
    read(found).map_err(|error| StoreError::Refused(error.into()))
}

/// Sorts an error by what the caller does about it. A conflict is named by the operation.
pub(super) fn store_error(error: rusqlite::Error) -> StoreError {
    let Some(refusal) = error.sqlite_error() else {
        return StoreError::Refused(error.into());
    };
    if matches!(
        refusal.extended_code,
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
    ) {
        StoreError::Conflict { what: "the value" }
    } else if may_pass(refusal.code) {
        StoreError::Unavailable(error.into())
    } else {
        StoreError::Refused(error.into())
    }
}

/// Whether trying later may help.
fn may_pass(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::PermissionDenied
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::ReadOnly
            | ErrorCode::OperationInterrupted
            | ErrorCode::SystemIoFailure
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::FileLockingProtocolFailed
    )
}
