//! The log of a session: an append-only list whose old end is dropped.

use domain::{LogRecord, SessionId, StoredLogEntry, Timestamp};

use super::json;
use crate::database::{Read, Write, all, one};
use crate::{LogPage, LogQuery, Result};

const NEWEST: &str = "
    SELECT seq, created, body FROM log_entries
    WHERE session_id = $1 AND (CAST($2 AS TEXT) IS NULL OR kind <> $2)
    ORDER BY seq DESC LIMIT $3";

const COUNT: &str = "
    SELECT COUNT(*) AS total FROM log_entries
    WHERE session_id = $1 AND (CAST($2 AS TEXT) IS NULL OR kind <> $2)";

const ADD: &str = "
    INSERT INTO log_entries (session_id, seq, created, kind, body) VALUES ($1, $2, $3, $4, $5)";

const FORGET: &str = "
    DELETE FROM log_entries WHERE (session_id, seq) IN (
        SELECT session_id, seq FROM log_entries WHERE created < $1 ORDER BY created LIMIT $2)";

pub(super) async fn page(
    read: &mut dyn Read,
    session: &SessionId,
    query: LogQuery<'_>,
) -> Result<LogPage> {
    let values = [
        session.as_str().into(),
        query.without.into(),
        i64::from(query.limit).into(),
    ];
    let mut entries = all(read, NEWEST, &values, |row| {
        Ok(StoredLogEntry {
            seq: row.int("seq")?,
            created: row.time("created")?,
            entry: row.json("body")?,
        })
    })
    .await?;
    entries.reverse();
    let total = one(read, COUNT, &values[..2], |row| row.int("total")).await?;
    let total = u64::try_from(total.unwrap_or_default()).unwrap_or_default();
    Ok(LogPage { entries, total })
}

/// An entry that is ready to be stored.
pub(super) struct Encoded {
    kind: String,
    body: String,
}

impl Encoded {
    pub(super) fn of(record: &LogRecord) -> Result<Self> {
        Ok(Self {
            kind: record.kind().to_owned(),
            body: json("log entry", record)?,
        })
    }
}

/// Adds entries, the first one at `first_seq`.
pub(super) async fn append(
    tx: &mut dyn Write,
    session: &SessionId,
    first_seq: i64,
    now: Timestamp,
    entries: &[Encoded],
) -> Result<()> {
    for (seq, entry) in (first_seq..).zip(entries) {
        let values = [
            session.as_str().into(),
            seq.into(),
            now.into(),
            entry.kind.as_str().into(),
            entry.body.as_str().into(),
        ];
        tx.execute(ADD, &values).await?;
    }
    Ok(())
}

pub(super) async fn forget(tx: &mut dyn Write, before: Timestamp, limit: u32) -> Result<u64> {
    let values = [before.into(), i64::from(limit).into()];
    tx.execute(FORGET, &values).await
}
