//! Sessions that begin with their first trigger, and the keys of such requests.

use domain::{ExecutionId, SessionId, Timestamp};

use super::{lease, sessions};
use crate::database::{Row, Write, one};
use crate::{AcquireLease, Acquired, NewStart, Result, StartKey, Started, StoreError};

/// Of two that claim a key at once, the database makes one wait for the other.
const CLAIM: &str = "
    INSERT INTO start_keys (project_id, agent_id, key, session_id, created)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (project_id, agent_id, key) DO UPDATE
    SET session_id = excluded.session_id, execution_id = NULL, created = excluded.created
    WHERE start_keys.created < $6";

const FIND: &str = "
    SELECT session_id, execution_id FROM start_keys
    WHERE project_id = $1 AND agent_id = $2 AND key = $3";

const POINT: &str = "UPDATE start_keys SET execution_id = $2 WHERE session_id = $1";

const FORGET: &str = "
    DELETE FROM start_keys WHERE (project_id, agent_id, key) IN (
        SELECT project_id, agent_id, key FROM start_keys WHERE created < $1
        ORDER BY created LIMIT $2)";

/// Only what is fresh may be committed.
pub(super) async fn start(
    tx: &mut dyn Write,
    start: &NewStart<'_>,
    state: &str,
) -> Result<Started> {
    let session = &start.session;
    sessions::create(tx, session, state).await?;
    if let Some(key) = start.key
        && let Some(known) = claim(tx, start, key).await?
    {
        return Ok(known);
    }
    let request = AcquireLease {
        project: &session.project,
        session: &session.id,
        node: start.node,
        now: session.created,
        until: start.until,
    };
    match lease::acquire(tx, request).await? {
        Acquired::Taken { lease, session } => Ok(Started::Fresh {
            lease,
            session: Box::new(session),
        }),
        // Nobody else can see the session yet, so this is one that was made expired.
        Acquired::Busy | Acquired::NotFound | Acquired::Expired { .. } => {
            Err(StoreError::LeaseLost)
        }
    }
}

/// Takes the key for the new session; answers what it stands for where it is taken.
async fn claim(
    tx: &mut dyn Write,
    start: &NewStart<'_>,
    key: StartKey<'_>,
) -> Result<Option<Started>> {
    let session = &start.session;
    let values = [
        session.project.as_str().into(),
        session.agent.as_str().into(),
        key.key.into(),
        session.id.as_str().into(),
        session.created.into(),
        key.since.into(),
    ];
    if tx.execute(CLAIM, &values).await? == 1 {
        return Ok(None);
    }
    one(tx, FIND, &values[..3], known).await
}

fn known(row: &dyn Row) -> Result<Started> {
    Ok(Started::Known {
        session: row.text("session_id")?.into(),
        execution: row.text_or_null("execution_id")?.map(ExecutionId::from),
    })
}

/// Makes an execution the one that the session's key stands for.
pub(super) async fn point(
    tx: &mut dyn Write,
    session: &SessionId,
    execution: &ExecutionId,
) -> Result<()> {
    let values = [session.as_str().into(), execution.as_str().into()];
    tx.execute(POINT, &values).await?;
    Ok(())
}

pub(super) async fn forget(tx: &mut dyn Write, before: Timestamp, limit: u32) -> Result<u64> {
    let values = [before.into(), i64::from(limit).into()];
    tx.execute(FORGET, &values).await
}
