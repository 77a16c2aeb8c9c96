//! What a database must give: connections that run statements, and rows to read.
//!
//! Everything above this file is written once; a backend implements these four traits and nothing
//! else.

use std::borrow::Cow;

use async_trait::async_trait;
use domain::Timestamp;
use serde::de::{DeserializeOwned, Error as _};

use crate::{Result, StoreError};

/// Hands out connections.
#[async_trait]
pub(crate) trait Database: Send + Sync {
    /// For reading. It must not be held while asking for another one.
    async fn read(&self) -> Result<Box<dyn Read>>;
    /// A transaction that may write; dropping it rolls back.
    async fn write(&self) -> Result<Box<dyn Write>>;
}

/// What reads.
#[async_trait]
pub(crate) trait Read: Send {
    /// Shows each row of a statement to `each`, in order.
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()>;
}

/// What also writes.
#[async_trait]
pub(crate) trait Write: Read {
    /// Returns how many rows it changed.
    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64>;
    async fn commit(self: Box<Self>) -> Result<()>;
}

/// What is done with a row.
pub(crate) type EachRow<'a> = dyn FnMut(&dyn Row) -> Result<()> + Send + 'a;

/// A row; columns are read by name.
pub(crate) trait Row {
    fn text(&self, column: &'static str) -> Result<&str>;
    fn text_or_null(&self, column: &'static str) -> Result<Option<&str>>;
    fn int(&self, column: &'static str) -> Result<i64>;
    fn int_or_null(&self, column: &'static str) -> Result<Option<i64>>;
    fn bytes(&self, column: &'static str) -> Result<&[u8]>;
}

impl dyn Row + '_ {
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp> {
        self.int(column).map(Timestamp::from_millis)
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        serde_json::from_str(self.text(column)?).map_err(|source| StoreError::Corrupt {
            what: column,
            source,
        })
    }

    /// A value that is not of the form that this build writes.
    pub(crate) fn corrupt(column: &'static str, why: &str) -> StoreError {
        StoreError::Corrupt {
            what: column,
            source: serde_json::Error::custom(why),
        }
    }
}

/// A value that a statement is given.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Text(Option<Cow<'a, str>>),
    Int(i64),
    Bytes(&'a [u8]),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(without_nul(text)))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text.map(without_nul))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Int(time.as_millis())
    }
}

/// PostgreSQL has no NUL in text, so no store keeps one; JSON escapes it and is not touched.
fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// All rows of a statement.
pub(crate) async fn all<T: Send>(
    read: &mut dyn Read,
    sql: &'static str,
    values: &[Value<'_>],
    decode: fn(&dyn Row) -> Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    read.fetch(sql, values, &mut |row| {
        found.push(decode(row)?);
        Ok(())
    })
    .await?;
    Ok(found)
}

/// The one row of a statement that finds at most one.
pub(crate) async fn one<T: Send>(
    read: &mut dyn Read,
    sql: &'static str,
    values: &[Value<'_>],
    decode: fn(&dyn Row) -> Result<T>,
) -> Result<Option<T>> {
    let mut found = None;
    read.fetch(sql, values, &mut |row| {
        found = Some(decode(row)?);
        Ok(())
    })
    .await?;
    Ok(found)
}
