//! SQLite: one connection that writes, many that read.

mod connection;
mod migrate;
mod readers;
#[cfg(test)]
pub(crate) mod tests;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use self::readers::Readers;
use self::writer::Writer;
use crate::database::{Database, Read, Write};
use crate::migration::{Script, scripts};
use crate::{Result, StoreError};

const SCRIPTS: &[Script] = scripts!("sqlite");

/// How long the start waits for another process that writes.
const START: Duration = Duration::from_secs(5);

/// A file, or memory.
pub(crate) struct SqliteDatabase {
    writer: Writer,
    /// None for memory, where each connection would have a database of its own.
    readers: Option<Arc<Readers>>,
}

impl SqliteDatabase {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let url = url.to_owned();
        let opened = tokio::task::spawn_blocking(move || Self::open_now(&url));
        opened
            .await
            .unwrap_or_else(|panic| Err(StoreError::Unavailable(panic.into())))
    }

    fn open_now(url: &str) -> Result<Self> {
        let mut connection = connection::open(url, START)?;
        migrate::migrate(&mut connection, SCRIPTS)?;
        // From here on nobody blocks: the writer asks again by itself.
        connection
            .busy_timeout(Duration::ZERO)
            .map_err(connection::store_error)?;
        let readers = (!connection::is_memory(url)).then(|| Arc::new(Readers::new(url)));
        Ok(Self {
            writer: Writer::new(connection)?,
            readers,
        })
    }
}

#[async_trait]
impl Database for SqliteDatabase {
    async fn read(&self) -> Result<Box<dyn Read>> {
        Ok(match &self.readers {
            Some(readers) => Box::new(Arc::clone(readers)),
            None => Box::new(self.writer.reader().await),
        })
    }

    async fn write(&self) -> Result<Box<dyn Write>> {
        Ok(Box::new(self.writer.turn().await?))
    }
}
