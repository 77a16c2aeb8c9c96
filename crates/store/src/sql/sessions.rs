//! Sessions, without what is said in them.

use domain::{ProjectId, SessionId};

use crate::database::{Read, Row, Write, one};
use crate::{NewSession, Result, Session, StoreError};

const CREATE: &str = "
    INSERT INTO sessions (id, project_id, agent_id, revision_id, state, rev, next_seq, next_log_seq,
                          created, updated, expires, lease_epoch, lease_until)
    VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $6, $7, 0, 0)";

const FIND: &str = "
    SELECT id, project_id, agent_id, revision_id, state, created, updated, expires
    FROM sessions WHERE id = $1 AND project_id = $2";

pub(super) async fn create(tx: &mut dyn Write, session: &NewSession, state: &str) -> Result<()> {
    let values = [
        session.id.as_str().into(),
        session.project.as_str().into(),
        session.agent.as_str().into(),
        session.revision.as_str().into(),
        state.into(),
        session.created.into(),
        session.expires.into(),
    ];
    tx.execute(CREATE, &values)
        .await
        .map_err(StoreError::taken("the session's id"))?;
    Ok(())
}

pub(super) async fn find(
    read: &mut dyn Read,
    project: &ProjectId,
    id: &SessionId,
) -> Result<Option<Session>> {
    let values = [id.as_str().into(), project.as_str().into()];
    one(read, FIND, &values, session).await
}

/// Reads the columns of [`FIND`].
pub(super) fn session(row: &dyn Row) -> Result<Session> {
    Ok(Session {
        id: row.text("id")?.into(),
        project: row.text("project_id")?.into(),
        agent: row.text("agent_id")?.into(),
        revision: row.text("revision_id")?.into(),
        state: row.json("state")?,
        created: row.time("created")?,
        updated: row.time("updated")?,
        expires: row.time("expires")?,
    })
}
