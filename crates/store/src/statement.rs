//! Running statements through sqlx: the same for every database that it knows.

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{ColumnIndex, Decode, Encode, Executor, IntoArguments, Transaction, Type};

use crate::database::{EachRow, Read, Row, Value, Write};
use crate::{Result, StoreError};

/// What differs between the databases of sqlx.
pub(crate) trait Dialect: sqlx::Database<Row: Row, Arguments: IntoArguments<Self>> {
    /// [`bind`], which is generic over more than a trait can say.
    fn bind<'q>(sql: &'static str, values: &'q [Value<'_>]) -> Bound<'q, Self>;
    fn rows_affected(result: &Self::QueryResult) -> u64;
    /// Whether an error code of the database says that trying later may help.
    fn is_unavailable(code: &str) -> bool;
}

/// A statement with its values.
pub(crate) type Bound<'q, DB> = Query<'q, DB, <DB as sqlx::Database>::Arguments>;

/// A pooled connection that reads outside of a transaction: each statement sees one moment.
pub(crate) struct Reader<DB: Dialect>(pub(crate) PoolConnection<DB>);

/// A transaction.
pub(crate) struct Writer<DB: Dialect>(pub(crate) Transaction<'static, DB>);

#[async_trait]
impl<DB: Dialect> Read for Reader<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        fetch(&mut self.0, DB::bind(sql, values), each).await
    }
}

#[async_trait]
impl<DB: Dialect> Read for Writer<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        fetch(&mut self.0, DB::bind(sql, values), each).await
    }
}

#[async_trait]
impl<DB: Dialect> Write for Writer<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        let result = DB::bind(sql, values)
            .execute(&mut *self.0)
            .await
            .map_err(store_error::<DB>)?;
        Ok(DB::rows_affected(&result))
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        self.0.commit().await.map_err(store_error::<DB>)
    }
}

/// Gives a statement its values, in the order of its places.
pub(crate) fn bind<'q, DB>(sql: &'static str, values: &'q [Value<'_>]) -> Bound<'q, DB>
where
    DB: sqlx::Database,
    Option<&'q str>: Encode<'q, DB> + Type<DB>,
    &'q [u8]: Encode<'q, DB> + Type<DB>,
    i64: Encode<'q, DB> + Type<DB>,
{
    values
        .iter()
        .fold(sqlx::query(sql), |query, value| match value {
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Int(number) => query.bind(*number),
            Value::Bytes(bytes) => query.bind(*bytes),
        })
}

async fn fetch<'c, DB>(
    connection: &'c mut DB::Connection,
    query: Bound<'_, DB>,
    each: &mut EachRow<'_>,
) -> Result<()>
where
    DB: Dialect,
    &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let mut rows = query.fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(store_error::<DB>)? {
        each(&row)?;
    }
    Ok(())
}

impl<R> Row for R
where
    R: sqlx::Row,
    &'static str: ColumnIndex<R>,
    for<'r> &'r str: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
{
    fn text(&self, column: &'static str) -> Result<&str> {
        self.try_get(column).map_err(StoreError::Refused)
    }

    fn text_or_null(&self, column: &'static str) -> Result<Option<&str>> {
        self.try_get(column).map_err(StoreError::Refused)
    }

    fn int(&self, column: &'static str) -> Result<i64> {
        self.try_get(column).map_err(StoreError::Refused)
    }

    fn int_or_null(&self, column: &'static str) -> Result<Option<i64>> {
        self.try_get(column).map_err(StoreError::Refused)
    }

    fn bytes(&self, column: &'static str) -> Result<&[u8]> {
        self.try_get(column).map_err(StoreError::Refused)
    }
}

/// Sorts an error of sqlx by what the caller does about it. A conflict is named by the operation.
pub(crate) fn store_error<DB: Dialect>(error: sqlx::Error) -> StoreError {
    let Some(refusal) = error.as_database_error() else {
        return if is_ours(&error) {
            StoreError::Refused(error)
        } else {
            StoreError::Unavailable(error)
        };
    };
    if refusal.is_unique_violation() {
        StoreError::Conflict { what: "the value" }
    } else if refusal.code().is_some_and(|code| DB::is_unavailable(&code)) {
        StoreError::Unavailable(error)
    } else {
        StoreError::Refused(error)
    }
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
