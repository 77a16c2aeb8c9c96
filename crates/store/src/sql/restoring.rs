//! An expired session begins again, with the history that its client kept.

use domain::{ProjectId, SessionId, Timestamp};

use super::{history, json, sessions};
use crate::database::{Value, Write};
use crate::{Restored, Result};

/// Only what is expired. Without an owner, a leg that outlived the expiry has lost its lease.
const RESTORE: &str = "
    UPDATE sessions
    SET rev = rev + 1, state = $3, next_seq = $4, updated = $5, expires = $6, cleared = NULL,
        lease_node = NULL
    WHERE id = $1 AND project_id = $2 AND expires < $5";

/// What an expired session that was not swept yet still has. Its files are good for the new one.
const DROP: [&str; 3] = [
    "DELETE FROM items WHERE session_id = $1",
    "DELETE FROM log_entries WHERE session_id = $1",
    "DELETE FROM executions WHERE session_id = $1",
];

/// What is stored, as JSON.
pub(super) struct Content {
    state: String,
    items: Vec<(Timestamp, String)>,
}

impl Content {
    pub(super) fn of(restored: &Restored<'_>) -> Result<Self> {
        let item = |(created, item): &(Timestamp, _)| Ok((*created, json("item", item)?));
        Ok(Self {
            state: json("state", restored.state)?,
            items: restored.items.iter().map(item).collect::<Result<_>>()?,
        })
    }
}

pub(super) async fn restore(
    tx: &mut dyn Write,
    project: &ProjectId,
    id: &SessionId,
    restored: &Restored<'_>,
    content: &Content,
) -> Result<Option<bool>> {
    let values = [
        id.as_str().into(),
        project.as_str().into(),
        content.state.as_str().into(),
        history::count(&content.items).into(),
        restored.now.into(),
        restored.expires.into(),
    ];
    if tx.execute(RESTORE, &values).await? == 0 {
        let found = sessions::find(tx, project, id).await?;
        return Ok(found.map(|_| false));
    }
    for sql in DROP {
        tx.execute(sql, &[Value::from(id.as_str())]).await?;
    }
    for (seq, (created, body)) in (0..).zip(&content.items) {
        let body = std::slice::from_ref(body);
        history::append(tx, id, seq, *created, body).await?;
    }
    Ok(Some(true))
}
