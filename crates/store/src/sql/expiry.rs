//! The end of a session: only a tombstone stays, so that a late client learns that it expired.

use domain::{ProjectId, SessionId, SessionState, Timestamp};

use super::{json, sessions};
use crate::Result;
use crate::database::{Value, Write, all};

/// Without an owner the lease of a leg that still runs is lost. An expiry that has passed stays.
const CLEAR: &str = "
    UPDATE sessions
    SET rev = rev + 1, state = $2, cleared = $3, updated = $3, lease_node = NULL,
        expires = CASE WHEN expires < $3 THEN expires ELSE $4 END
    WHERE id = $1 AND expires <= $5";

/// Each drops one kind of row. The objects of files are deleted later, from the list of dropped files.
const DROP: [&str; 5] = [
    "INSERT INTO dropped_files (id) SELECT id FROM files WHERE session_id = $1",
    "DELETE FROM files WHERE session_id = $1",
    "DELETE FROM items WHERE session_id = $1",
    "DELETE FROM log_entries WHERE session_id = $1",
    "DELETE FROM executions WHERE session_id = $1",
];

const DUE: &str = "
    SELECT id FROM sessions
    WHERE cleared IS NULL AND expires < $1 AND (lease_node IS NULL OR lease_until < $1)
    ORDER BY expires LIMIT $2";

pub(super) async fn expire(
    tx: &mut dyn Write,
    project: &ProjectId,
    id: &SessionId,
    now: Timestamp,
) -> Result<Option<bool>> {
    let Some(session) = sessions::find(tx, project, id).await? else {
        return Ok(None);
    };
    let was_active = !session.is_expired(now);
    if was_active {
        clear(tx, id, now, Timestamp::from_millis(i64::MAX)).await?;
    }
    Ok(Some(was_active))
}

pub(super) async fn sweep(tx: &mut dyn Write, now: Timestamp, limit: u32) -> Result<u64> {
    let values = [now.into(), i64::from(limit).into()];
    let due = all(tx, DUE, &values, |row| row.text("id").map(SessionId::from)).await?;
    let mut swept = 0;
    for id in &due {
        // A leg may have prolonged the session since it was found due.
        swept += clear(tx, id, now, just_before(now)).await?;
    }
    Ok(swept)
}

/// Clears the session if it expires at `last` or before; returns how many sessions that is.
async fn clear(tx: &mut dyn Write, id: &SessionId, now: Timestamp, last: Timestamp) -> Result<u64> {
    let state = json("state", &SessionState::default())?;
    let session = || Value::from(id.as_str());
    let values = [
        session(),
        state.as_str().into(),
        now.into(),
        just_before(now).into(),
        last.into(),
    ];
    let cleared = tx.execute(CLEAR, &values).await?;
    if cleared == 1 {
        for sql in DROP {
            tx.execute(sql, &[session()]).await?;
        }
    }
    Ok(cleared)
}

fn just_before(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis().saturating_sub(1))
}
