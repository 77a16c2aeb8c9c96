//! PostgreSQL: many nodes on one database.

mod statement;
#[cfg(test)]
mod tests;

use std::str::FromStr as _;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Executor as _};

use self::statement::{Reader, Writer, store_error};
use crate::database::{Database, Read, Write};
use crate::migration::{Script, migrator, scripts};
use crate::{Result, StoreError};

const SCRIPTS: &[Script] = scripts!("postgres");

const CONNECTIONS: u32 = 16;
/// How long an operation waits for a connection before it says that the database is not available.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that rested longer is tried before it is used; the server may have restarted.
const FRESH: Duration = Duration::from_secs(5);

/// Of the nodes that start together one migrates. The lock goes with its transaction, so it works
/// behind a pooler, too; the number only has to be ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(804877269)";

/// A server, or a pooler before it.
pub(crate) struct PostgresDatabase(PgPool);

impl PostgresDatabase {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(store_error)?
            .application_name("octavusd");
        let pool = pool().connect_with(options).await.map_err(store_error)?;
        migrate(&pool).await?;
        Ok(Self(pool))
    }
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

async fn migrate(pool: &PgPool) -> Result<()> {
    let mut transaction = pool.begin().await.map_err(store_error)?;
    transaction.execute(LOCK).await.map_err(store_error)?;
    // `run` on a transaction makes a future that is not `Send`.
    migrator(SCRIPTS)
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(StoreError::Migration)?;
    transaction.commit().await.map_err(store_error)
}
