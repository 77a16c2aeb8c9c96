//! What is said in a session, and its log: two append-only lists.

use std::sync::Arc;

use domain::{Item, SessionId, StoredItem, StoredLogEntry, Timestamp};

use crate::Result;
use crate::database::{Read, Write, all};

const ITEMS: &str = "SELECT seq, created, body FROM items WHERE session_id = $1 ORDER BY seq";

const NEWEST_LOG_ENTRIES: &str = "
    SELECT seq, created, body FROM log_entries WHERE session_id = $1 ORDER BY seq DESC LIMIT $2";

const ADD_ITEM: &str = "INSERT INTO items (session_id, seq, created, body) VALUES ($1, $2, $3, $4)";

const ADD_LOG_ENTRY: &str =
    "INSERT INTO log_entries (session_id, seq, created, body) VALUES ($1, $2, $3, $4)";

const DROP_ITEMS: &str = "DELETE FROM items WHERE session_id = $1 AND seq >= $2";

pub(super) async fn items(read: &mut dyn Read, session: &SessionId) -> Result<Vec<StoredItem>> {
    all(read, ITEMS, &[session.as_str().into()], |row| {
        Ok(StoredItem {
            seq: row.int("seq")?,
            created: row.time("created")?,
            item: Arc::new(row.json::<Item>("body")?),
        })
    })
    .await
}

pub(super) async fn log_entries(
    read: &mut dyn Read,
    session: &SessionId,
    limit: u32,
) -> Result<Vec<StoredLogEntry>> {
    let values = [session.as_str().into(), i64::from(limit).into()];
    let mut entries = all(read, NEWEST_LOG_ENTRIES, &values, |row| {
        Ok(StoredLogEntry {
            seq: row.int("seq")?,
            created: row.time("created")?,
            entry: row.json("body")?,
        })
    })
    .await?;
    entries.reverse();
    Ok(entries)
}

/// A list of a session that only grows.
#[derive(Clone, Copy)]
pub(super) enum List {
    Items,
    Log,
}

/// Adds bodies to a list, the first one at `first_seq`.
pub(super) async fn append(
    tx: &mut dyn Write,
    list: List,
    session: &SessionId,
    first_seq: i64,
    now: Timestamp,
    bodies: &[String],
) -> Result<()> {
    let sql = match list {
        List::Items => ADD_ITEM,
        List::Log => ADD_LOG_ENTRY,
    };
    for (seq, body) in (first_seq..).zip(bodies) {
        let values = [
            session.as_str().into(),
            seq.into(),
            now.into(),
            body.as_str().into(),
        ];
        tx.execute(sql, &values).await?;
    }
    Ok(())
}

/// Drops the newer items; the fence has set the session's next place back.
pub(super) async fn drop_items(
    tx: &mut dyn Write,
    session: &SessionId,
    from_seq: i64,
) -> Result<()> {
    let values = [session.as_str().into(), from_seq.into()];
    tx.execute(DROP_ITEMS, &values).await?;
    Ok(())
}

/// How far a list of a session grows by these.
pub(super) fn count<T>(bodies: &[T]) -> i64 {
    i64::try_from(bodies.len()).unwrap_or(i64::MAX)
}
