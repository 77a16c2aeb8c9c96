//! PostgreSQL: many nodes on one database.

mod statement;
#[cfg(test)]
mod tests;

use std::str::FromStr as _;
use std::time::Duration;

use async_trait::async_trait;
use domain::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, query_scalar};
use tokio::time::timeout;

use self::statement::{Reader, Writer, store_error};
use crate::database::{Database, Read, Write};
use crate::migration::{Script, migrator, scripts};
use crate::{Inspection, Migrated, Result, StoreError};

const SCRIPTS: &[Script] = scripts!("postgres");

const CONNECTIONS: u32 = 16;
/// How long an operation waits for a connection before it says that the database is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that rested longer is tried before it is used; the server may have restarted.
const FRESH: Duration = Duration::from_secs(5);

/// Of the nodes that start together one migrates. The lock goes with its transaction, so it works
/// behind a pooler, too; the number only has to be ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(804877269)";

const HAS_TABLE: &str = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
const APPLIED: &str = "SELECT version FROM _sqlx_migrations ORDER BY version";
/// In milliseconds since 1970.
const CLOCK: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

/// A server, or a pooler before it.
pub(crate) struct PostgresDatabase(PgPool);

impl PostgresDatabase {
    pub(crate) async fn open(url: &str) -> Result<(Self, Migrated)> {
        let pool = pool()
            .connect_with(options(url)?)
            .await
            .map_err(store_error)?;
        let migrated = migrate(&pool).await?;
        Ok((Self(pool), migrated))
    }

    pub(crate) async fn inspect(url: &str) -> Result<Inspection> {
        let options = options(url)?;
        let mut connection = timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(&options))
            .await
            .map_err(|late| StoreError::Unavailable(late.into()))?
            .map_err(store_error)?;
        let clock: i64 = query_scalar(CLOCK)
            .fetch_one(&mut connection)
            .await
            .map_err(store_error)?;
        let applied = applied(&mut connection).await?;
        let clock = Timestamp::from_millis(clock);
        Ok(Inspection::new(SCRIPTS, &applied, Some(clock)))
    }
}

fn options(url: &str) -> Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url).map_err(store_error)?;
    Ok(options.application_name("octavusd"))
}

#[async_trait]
impl Database for PostgresDatabase {
    async fn read(&self) -> Result<Box<dyn Read>> {
        let connection = self.0.acquire().await;
        Ok(Box::new(Reader(connection.map_err(store_error)?)))
    }

    async fn write(&self) -> Result<Box<dyn Write>> {
        let transaction = self.0.begin().await;
        Ok(Box::new(Writer(transaction.map_err(store_error)?)))
    }
}

fn pool() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // Trying each time would cost a round trip per operation.
        .test_before_acquire(false)
        .before_acquire(|connection, rested| {
            Box::pin(async move { Ok(rested.idle_for < FRESH || connection.ping().await.is_ok()) })
        })
}

async fn migrate(pool: &PgPool) -> Result<Migrated> {
    let mut transaction = pool.begin().await.map_err(store_error)?;
    transaction.execute(LOCK).await.map_err(store_error)?;
    let before = applied(&mut transaction).await?;
    // `run` on a transaction makes a future that is not `Send`.
    migrator(SCRIPTS)
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(StoreError::Migration)?;
    transaction.commit().await.map_err(store_error)?;
    Ok(Migrated {
        applied: Inspection::new(SCRIPTS, &before, None).pending,
        copy: None,
    })
}

/// The numbers of the scripts that were run.
async fn applied(connection: &mut PgConnection) -> Result<Vec<i64>> {
    let there: bool = query_scalar(HAS_TABLE)
        .fetch_one(&mut *connection)
        .await
        .map_err(store_error)?;
    if !there {
        return Ok(Vec::new());
    }
    let versions = query_scalar(APPLIED).fetch_all(connection);
    versions.await.map_err(store_error)
}
