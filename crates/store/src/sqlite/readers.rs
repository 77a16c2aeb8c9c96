//! Connections that read, beside the one that writes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;

use super::connection::{fetch, open, store_error};
use crate::Result;
use crate::database::{EachRow, Read, Value};

/// How long a reader blocks where another process rebuilds the write-ahead log.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections at rest. One is only taken for a statement, so there are at most as many as threads.
pub(super) struct Readers {
    url: String,
    resting: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            resting: Mutex::default(),
        }
    }

    fn take(&self) -> Result<Connection> {
        let rested = self.resting().pop();
        rested.map_or_else(|| self.open(), Ok)
    }

    fn open(&self) -> Result<Connection> {
        let connection = open(&self.url, PATIENCE)?;
        connection
            .pragma_update(None, "query_only", true)
            .map_err(store_error)?;
        Ok(connection)
    }

    fn resting(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads outside of a transaction: each statement sees one moment.
#[async_trait]
impl Read for Arc<Readers> {
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        let connection = self.take()?;
        let fetched = fetch(&connection, sql, values, each);
        self.resting().push(connection);
        fetched
    }
}
