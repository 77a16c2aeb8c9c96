//! SQLite: one connection that writes, many that read.

#[cfg(test)]
pub(crate) mod tests;

use std::str::FromStr as _;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteQueryResult, SqliteSynchronous,
};

use crate::database::{Database, Read, Value, Write};
use crate::migration::{Script, migrator};
use crate::statement::{Bound, Dialect, Reader, Writer, bind, store_error};
use crate::{Result, StoreError};

const SCRIPTS: &[Script] = &[
    Script {
        version: 1,
        name: "first",
        sql: include_str!("../../migrations/sqlite/0001_first.sql"),
    },
    Script {
        version: 2,
        name: "files",
        sql: include_str!("../../migrations/sqlite/0002_files.sql"),
    },
    Script {
        version: 3,
        name: "start_keys",
        sql: include_str!("../../migrations/sqlite/0003_start_keys.sql"),
    },
    Script {
        version: 4,
        name: "log_kinds",
        sql: include_str!("../../migrations/sqlite/0004_log_kinds.sql"),
    },
    Script {
        version: 5,
        name: "key_wire",
        sql: include_str!("../../migrations/sqlite/0005_key_wire.sql"),
    },
];

/// How long a writer waits for another process, such as `octavusd keys create` beside a server.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The write-ahead log is cut back to this after a checkpoint.
const JOURNAL_SIZE_LIMIT: &str = "67108864";
const READERS: u32 = 4;

/// Taking the write lock at the start: a transaction that begins as a reader and then writes can fail
/// without waiting.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// A file, or memory.
pub(crate) struct SqliteDatabase {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteDatabase {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let options = options(url).map_err(store_error::<Sqlite>)?;
        let writer = pool(1)
            .connect_with(options.clone())
            .await
            .map_err(store_error::<Sqlite>)?;
        migrate(&writer).await?;
        // Each connection to `:memory:` would have a database of its own.
        let readers = if url.contains(":memory:") {
            writer.clone()
        } else {
            pool(READERS).connect_lazy_with(options.pragma("query_only", "ON"))
        };
        Ok(Self { writer, readers })
    }
}

#[async_trait]
impl Database for SqliteDatabase {
    async fn read(&self) -> Result<Box<dyn Read>> {
        let connection = self.readers.acquire().await;
        Ok(Box::new(Reader(connection.map_err(store_error::<Sqlite>)?)))
    }

    async fn write(&self) -> Result<Box<dyn Write>> {
        let transaction = self.writer.begin_with(BEGIN).await;
        Ok(Box::new(Writer(
            transaction.map_err(store_error::<Sqlite>)?,
        )))
    }
}

impl Dialect for Sqlite {
    fn bind<'q>(sql: &'static str, values: &'q [Value<'_>]) -> Bound<'q, Self> {
        bind(sql, values)
    }

    fn rows_affected(result: &SqliteQueryResult) -> u64 {
        result.rows_affected()
    }

    fn is_unavailable(code: &str) -> bool {
        // The low byte of an extended code is its class: permission, busy, locked, no memory, read-only,
        // interrupted, I/O error, full, cannot open, protocol.
        code.parse::<i64>()
            .is_ok_and(|code| matches!(code & 0xff, 3 | 5..=10 | 13..=15))
    }
}

fn options(url: &str) -> Result<SqliteConnectOptions, sqlx::Error> {
    Ok(SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("journal_size_limit", JOURNAL_SIZE_LIMIT))
}

/// Connections are kept: opening one costs more than any statement, and memory lives in its one.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// One transaction around all scripts, so that of two processes that open a new file one waits.
async fn migrate(writer: &SqlitePool) -> Result<()> {
    let mut transaction = writer
        .begin_with(BEGIN)
        .await
        .map_err(store_error::<Sqlite>)?;
    // `run` on a transaction makes a future that is not `Send`.
    migrator(SCRIPTS)
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(StoreError::Migration)?;
    transaction.commit().await.map_err(store_error::<Sqlite>)
}
