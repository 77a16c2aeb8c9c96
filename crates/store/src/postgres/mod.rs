//! PostgreSQL: many nodes on one database.

#[cfg(test)]
mod tests;

use std::str::FromStr as _;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgQueryResult, Postgres};
use sqlx::{Connection as _, Executor as _};

use crate::database::{Database, Read, Value, Write};
use crate::migration::{Script, migrator};
use crate::statement::{Bound, Dialect, Reader, Writer, bind, store_error};
use crate::{Result, StoreError};

const SCRIPTS: &[Script] = &[
    Script {
        version: 1,
        name: "first",
        sql: include_str!("../../migrations/postgres/0001_first.sql"),
    },
    Script {
        version: 2,
        name: "files",
        sql: include_str!("../../migrations/postgres/0002_files.sql"),
    },
    Script {
        version: 3,
        name: "start_keys",
        sql: include_str!("../../migrations/postgres/0003_start_keys.sql"),
    },
    Script {
        version: 4,
        name: "log_kinds",
        sql: include_str!("../../migrations/postgres/0004_log_kinds.sql"),
    },
    Script {
        version: 5,
        name: "key_wire",
        sql: include_str!("../../migrations/postgres/0005_key_wire.sql"),
    },
];

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
            .map_err(store_error::<Postgres>)?
            .application_name("octavusd");
        let pool = pool()
            .connect_with(options)
            .await
            .map_err(store_error::<Postgres>)?;
        migrate(&pool).await?;
        Ok(Self(pool))
    }
}

#[async_trait]
impl Database for PostgresDatabase {
    async fn read(&self) -> Result<Box<dyn Read>> {
        let connection = self.0.acquire().await;
        Ok(Box::new(Reader(
            connection.map_err(store_error::<Postgres>)?,
        )))
    }

    async fn write(&self) -> Result<Box<dyn Write>> {
        let transaction = self.0.begin().await;
        Ok(Box::new(Writer(
            transaction.map_err(store_error::<Postgres>)?,
        )))
    }
}

impl Dialect for Postgres {
    fn bind<'q>(sql: &'static str, values: &'q [Value<'_>]) -> Bound<'q, Self> {
        bind(sql, values)
    }

    fn rows_affected(result: &PgQueryResult) -> u64 {
        result.rows_affected()
    }

    fn is_unavailable(code: &str) -> bool {
        // Connection, resources, operator, system; rolled back for another transaction; a server that
        // only reads; a lock that was not to be had.
        ["08", "53", "57", "58", "40", "25006", "55P03"]
            .iter()
            .any(|class| code.starts_with(class))
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
    let mut transaction = pool.begin().await.map_err(store_error::<Postgres>)?;
    transaction
        .execute(LOCK)
        .await
        .map_err(store_error::<Postgres>)?;
    // `run` on a transaction makes a future that is not `Send`.
    migrator(SCRIPTS)
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(StoreError::Migration)?;
    transaction.commit().await.map_err(store_error::<Postgres>)
}
