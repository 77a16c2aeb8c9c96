//! Brings a file up to date. The table of what was done is that of sqlx, which keeps PostgreSQL's.

use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use sqlx::migrate::{MigrateError, Migration};

use super::connection::{file, is_memory, path, store_error};
use super::copy;
use crate::migration::{Script, migrator};
use crate::{Migrated, Result, StoreError};

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS _sqlx_migrations (
        version        BIGINT PRIMARY KEY,
        description    TEXT NOT NULL,
        installed_on   TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        success        BOOLEAN NOT NULL,
        checksum       BLOB NOT NULL,
        execution_time BIGINT NOT NULL
    )";

const APPLIED: &str = "SELECT version, checksum FROM _sqlx_migrations";

const NOTE: &str = "
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
    VALUES (?1, ?2, TRUE, ?3, 0)";

/// One transaction around all scripts, so that of two processes that open a new file one waits. What is in
/// the file is copied before the first of them.
pub(super) fn migrate(connection: &mut Connection, scripts: &[Script]) -> Result<Migrated> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(store_error)?;
    let applied = applied(&transaction).map_err(store_error)?;
    let versions: Vec<i64> = applied.keys().copied().collect();
    check_known(&versions, scripts)?;
    let migrator = migrator(scripts);
    for (version, checksum) in &applied {
        let same = |migration: &&Migration| migration.checksum[..] == checksum[..];
        let known = migrator
            .iter()
            .find(|migration| migration.version == *version);
        if known.filter(same).is_none() {
            return Err(StoreError::Migration(MigrateError::VersionMismatch(
                *version,
            )));
        }
    }
    let is_pending = |script: &&Script| !applied.contains_key(&script.version);
    let pending: Vec<&Script> = scripts.iter().filter(is_pending).collect();
    let copy = match pending.first() {
        Some(next) if !applied.is_empty() => copy::before(&transaction, next)?,
        _ => None,
    };
    for migration in migrator
        .iter()
        .filter(|it| !applied.contains_key(&it.version))
    {
        let (version, name) = (migration.version, &*migration.description);
        transaction
            .execute_batch(migration.sql.as_str())
            .and_then(|()| transaction.execute(NOTE, (version, name, &*migration.checksum)))
            .map_err(store_error)?;
    }
    transaction.commit().map_err(store_error)?;
    Ok(Migrated {
        applied: pending.iter().map(|script| script.full_name()).collect(),
        copy,
    })
}

/// A newer build has changed the database in a way that this one does not know.
pub(super) fn check_known(applied: &[i64], scripts: &[Script]) -> Result<()> {
    let is_known = |version: &i64| scripts.iter().any(|script| script.version == *version);
    match applied.iter().find(|version| !is_known(version)) {
        Some(newer) => Err(StoreError::Migration(MigrateError::VersionMissing(*newer))),
        None => Ok(()),
    }
}

fn applied(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, Vec<u8>>> {
    connection.execute_batch(TABLE)?;
    let mut statement = connection.prepare(APPLIED)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// The numbers of the scripts that were run on the file of a URL; none where there is no such file.
pub(super) fn found(url: &str) -> Result<Vec<i64>> {
    if is_memory(url) || !path(url).exists() {
        return Ok(Vec::new());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(file(url), flags)
        .and_then(|connection| versions(&connection))
        .map_err(store_error)
}

/// The same of an open database; nothing is made.
pub(super) fn versions(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    if !connection.table_exists(None, "_sqlx_migrations")? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT version FROM _sqlx_migrations ORDER BY 1")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.collect()
}
