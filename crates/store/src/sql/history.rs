//! What is said in a session: an append-only list.

use std::sync::Arc;

use domain::{Item, SessionId, StoredItem, Timestamp};

use crate::Result;
use crate::database::{Read, Write, all};

const ITEMS: &str = "SELECT seq, created, body FROM items WHERE session_id = $1 ORDER BY seq";

const ADD_ITEM: &str = "INSERT INTO items (session_id, seq, created, body) VALUES ($1, $2, $3, $4)";

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

/// Adds items, the first one at `first_seq`.
pub(super) async fn append(
    tx: &mut dyn Write,
    session: &SessionId,
    first_seq: i64,
    now: Timestamp,
    bodies: &[String],
) -> Result<()> {
    for (seq, body) in (first_seq..).zip(bodies) {
        let values = [
            session.as_str().into(),
            seq.into(),
            now.into(),
            body.as_str().into(),
        ];
        tx.execute(ADD_ITEM, &values).await?;
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
