//! Running statements through sqlx.

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnection, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{Decode, Row as _, Transaction, Type};

use crate::database::{EachRow, Read, Row, Value, Write};
use crate::{Result, StoreError};

/// A pooled connection that reads outside of a transaction: each statement sees one moment.
pub(super) struct Reader(pub(super) PoolConnection<Postgres>);

/// A transaction.
pub(super) struct Writer(pub(super) Transaction<'static, Postgres>);

#[async_trait]
impl Read for Reader {
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        fetch(&mut self.0, bind(sql, values), each).await
    }
}

#[async_trait]
impl Read for Writer {
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        fetch(&mut self.0, bind(sql, values), each).await
    }
}

#[async_trait]
impl Write for Writer {
    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        let result = bind(sql, values)
            .execute(&mut *self.0)
            .await
            .map_err(store_error)?;
        Ok(result.rows_affected())
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        self.0.commit().await.map_err(store_error)
    }
}

/// Gives a statement its values, in the order of its places.
fn bind<'q>(sql: &'static str, values: &'q [Value<'_>]) -> Query<'q, Postgres, PgArguments> {
    values
        .iter()
        .fold(sqlx::query(sql), |query, value| match value {
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Int(number) => query.bind(*number),
            Value::Bytes(bytes) => query.bind(*bytes),
        })
}

async fn fetch(
    connection: &mut PgConnection,
    query: Query<'_, Postgres, PgArguments>,
    each: &mut EachRow<'_>,
) -> Result<()> {
    let mut rows = query.fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(store_error)? {
        each(&row)?;
    }
    Ok(())
}

impl Row for PgRow {
    fn text(&self, column: &'static str) -> Result<&str> {
        value(self, column)
    }

    fn text_or_null(&self, column: &'static str) -> Result<Option<&str>> {
        value(self, column)
    }

    fn int(&self, column: &'static str) -> Result<i64> {
        value(self, column)
    }

    fn int_or_null(&self, column: &'static str) -> Result<Option<i64>> {
        value(self, column)
    }

    fn bytes(&self, column: &'static str) -> Result<&[u8]> {
        value(self, column)
    }
}

fn value<'r, T>(row: &'r PgRow, column: &'static str) -> Result<T>
where
    T: Decode<'r, Postgres> + Type<Postgres>,
{
    row.try_get(column)
        .map_err(|error| StoreError::Refused(error.into()))
}

/// Sorts an error of sqlx by what the caller does about it. A conflict is named by the operation.
pub(super) fn store_error(error: sqlx::Error) -> StoreError {
    let Some(refusal) = error.as_database_error() else {
        return if is_ours(&error) {
            StoreError::Refused(error.into())
        } else {
            StoreError::Unavailable(error.into())
        };
    };
    if refusal.is_unique_violation() {
        StoreError::Conflict { what: "the value" }
    } else if refusal.code().is_some_and(|code| may_pass(&code)) {
        StoreError::Unavailable(error.into())
    } else {
        StoreError::Refused(error.into())
    }
}

/// Whether trying later may help.
fn may_pass(code: &str) -> bool {
    // Connection, resources, operator, system; rolled back for another transaction; a server that
    // only reads; a lock that was not to be had.
    ["08", "53", "57", "58", "40", "25006", "55P03"]
        .iter()
        .any(|class| code.starts_with(class))
}

/// An error of the statement or its values, as opposed to one of the connection.
fn is_ours(error: &sqlx::Error) -> bool {
    use sqlx::Error as E;
    matches!(
        error,
        E::RowNotFound
            | E::TypeNotFound { .. }
            | E::ColumnIndexOutOfBounds { .. }
            | E::ColumnNotFound(_)
            | E::ColumnDecode { .. }
            | E::Encode(_)
            | E::Decode(_)
            | E::InvalidArgument(_)
    )
}
