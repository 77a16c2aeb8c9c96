//! SQLite: one connection that writes, many that read.

mod connection;
mod copy;
mod migrate;
mod readers;
#[cfg(test)]
pub(crate) mod tests;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use self::readers::Readers;
use self::writer::Writer;
use crate::database::{Database, Read, Write};
use crate::maintenance::blocking;
use crate::migration::{Script, scripts};
use crate::{Inspection, Migrated, Result};

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
    pub(crate) async fn open(url: &str) -> Result<(Self, Migrated)> {
        let url = url.to_owned();
        blocking(move || Self::open_now(&url)).await
    }

    fn open_now(url: &str) -> Result<(Self, Migrated)> {
        let mut connection = connection::open(url, START)?;
        let migrated = migrate::migrate(&mut connection, SCRIPTS)?;
        // From here on nobody blocks: the writer asks again by itself.
        connection
            .busy_timeout(Duration::ZERO)
            .map_err(connection::store_error)?;
        let readers = (!connection::is_memory(url)).then(|| Arc::new(Readers::new(url)));
        let database = Self {
            writer: Writer::new(connection)?,
            readers,
        };
        Ok((database, migrated))
    }

    pub(crate) async fn inspect(url: &str) -> Result<Inspection> {
        let url = url.to_owned();
        let applied = blocking(move || migrate::found(&url)).await?;
        Ok(Inspection::new(SCRIPTS, &applied, None))
    }

    pub(crate) fn backup(url: &str, to: &Path) -> Result<()> {
        copy::backup(url, to)
    }

    pub(crate) fn restore(from: &Path, url: &str) -> Result<()> {
        copy::restore(from, url, SCRIPTS)
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
