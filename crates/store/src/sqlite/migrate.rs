//! Brings a file up to date. The table of what was done is that of sqlx, which keeps PostgreSQL's.

use std::collections::BTreeMap;

use rusqlite::{Connection, TransactionBehavior};
use sqlx::migrate::MigrateError;

use super::connection::store_error;
use crate::migration::{Script, migrator};
use crate::{Result, StoreError};

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

/// One transaction around all scripts, so that of two processes that open a new file one waits.
pub(super) fn migrate(connection: &mut Connection, scripts: &[Script]) -> Result<()> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(store_error)?;
    let applied = applied(&transaction).map_err(store_error)?;
    let migrator = migrator(scripts);
    if let Some(newer) = applied.keys().find(|it| !migrator.version_exists(**it)) {
        return Err(StoreError::Migration(MigrateError::VersionMissing(*newer)));
    }
    for migration in migrator.iter() {
        match applied.get(&migration.version) {
            Some(checksum) if *checksum == *migration.checksum => {}
            Some(_) => {
                let changed = MigrateError::VersionMismatch(migration.version);
                return Err(StoreError::Migration(changed));
            }
            None => {
                let (version, name) = (migration.version, &*migration.description);
                transaction
                    .execute_batch(migration.sql.as_str())
                    .and_then(|()| transaction.execute(NOTE, (version, name, &*migration.checksum)))
                    .map_err(store_error)?;
            }
        }
    }
    transaction.commit().map_err(store_error)
}

fn applied(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, Vec<u8>>> {
    connection.execute_batch(TABLE)?;
    let mut statement = connection.prepare(APPLIED)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}
