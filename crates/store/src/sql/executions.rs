//! Executions and their pauses.

use domain::{ExecutionId, SessionId, Timestamp};

use crate::database::{Read, Row, Write, one};
use crate::{CommitPoint, ExecutionStatus, Pause, Result, StoreError, StoredExecution};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT session_id, id, leg, first_seq, pause_frame, pause_state, pause_seq,
                    CASE WHEN status <> 'running' OR EXISTS (
                        SELECT 1 FROM sessions
                        WHERE sessions.id = $1 AND lease_node IS NOT NULL AND lease_until >= $2)
                    THEN status ELSE 'stopped' END AS status
             FROM executions WHERE session_id = $1 ",
            $rest
        )
    };
}

const FIND: &str = select!("AND id = $3");
const LAST: &str = select!("ORDER BY begun DESC LIMIT 1");

/// The condition of the index `executions_open`. What was stopped but kept its pause is open, too: its
/// continuation could be repeated.
macro_rules! is_open {
    () => {
        "(status IN ('running', 'waiting') OR pause_frame IS NOT NULL)"
    };
}
pub(super) use is_open;

pub(crate) const STOP_OPEN: &str = concat!(
    "UPDATE executions
     SET status = 'stopped', updated = $2, pause_frame = NULL, pause_state = NULL, pause_seq = NULL
     WHERE session_id = $1 AND ",
    is_open!()
);

const CREATE: &str = "
    INSERT INTO executions (session_id, id, status, leg, first_seq, begun, created, updated)
    VALUES ($1, $2, 'running', $3, $4, $5, $6, $6)";

const BEGIN_LEG: &str = "
    UPDATE executions SET status = 'running', leg = $3, updated = $4
    WHERE session_id = $1 AND id = $2";

/// Runs after the fence, so that the session's row has the values of this commit.
const PAUSE: &str = "
    UPDATE executions
    SET status = 'waiting', updated = $4, pause_frame = $3,
        pause_state = (SELECT state FROM sessions WHERE id = $1),
        pause_seq = (SELECT next_seq FROM sessions WHERE id = $1)
    WHERE session_id = $1 AND id = $2";

const END: &str = "
    UPDATE executions
    SET status = $3, updated = $4, pause_frame = NULL, pause_state = NULL, pause_seq = NULL
    WHERE session_id = $1 AND id = $2";

const STOP: &str = "
    UPDATE executions SET status = 'stopped', updated = $3
    WHERE session_id = $1 AND id = $2";

pub(super) async fn find(read: &mut dyn Read, of: Of<'_>) -> Result<Option<StoredExecution>> {
    let values = [
        of.session.as_str().into(),
        of.now.into(),
        of.id.as_str().into(),
    ];
    one(read, FIND, &values, execution).await
}

pub(super) async fn last(
    read: &mut dyn Read,
    session: &SessionId,
    now: Timestamp,
) -> Result<Option<StoredExecution>> {
    let values = [session.as_str().into(), now.into()];
    one(read, LAST, &values, execution).await
}

/// An execution at a moment.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) session: &'a SessionId,
    pub(super) id: &'a ExecutionId,
    pub(super) now: Timestamp,
}

/// The start of an execution.
pub(super) struct Birth {
    pub(super) leg: u32,
    pub(super) first_seq: i64,
    /// The session's `rev`.
    pub(super) begun: i64,
}

/// A first leg: the execution takes the place of whatever was open in the session.
pub(super) async fn create(tx: &mut dyn Write, of: Of<'_>, birth: Birth) -> Result<()> {
    let session = of.session.as_str();
    tx.execute(STOP_OPEN, &[session.into(), of.now.into()])
        .await?;
    let values = [
        session.into(),
        of.id.as_str().into(),
        i64::from(birth.leg).into(),
        birth.first_seq.into(),
        birth.begun.into(),
        of.now.into(),
    ];
    tx.execute(CREATE, &values)
        .await
        .map_err(StoreError::taken("the execution's id"))?;
    Ok(())
}

/// A later leg; the pause stays until one ends.
pub(super) async fn begin_leg(tx: &mut dyn Write, of: Of<'_>, leg: u32) -> Result<()> {
    let values = [
        of.session.as_str().into(),
        of.id.as_str().into(),
        i64::from(leg).into(),
        of.now.into(),
    ];
    found(tx.execute(BEGIN_LEG, &values).await?)
}

/// What a commit point makes of the execution.
pub(super) async fn reach(tx: &mut dyn Write, of: Of<'_>, point: CommitPoint<'_>) -> Result<()> {
    let (session, id, now) = (of.session.as_str().into(), of.id.as_str().into(), of.now);
    let changed = match point {
        CommitPoint::Step => return Ok(()),
        CommitPoint::Pause { frame } => {
            tx.execute(PAUSE, &[session, id, frame.into(), now.into()])
                .await?
        }
        CommitPoint::End { failed } => {
            let status = if failed {
                ExecutionStatus::Failed
            } else {
                ExecutionStatus::Done
            };
            let values = [session, id, status.as_str().into(), now.into()];
            tx.execute(END, &values).await?
        }
        CommitPoint::Stop => tx.execute(STOP, &[session, id, now.into()]).await?,
    };
    found(changed)
}

/// A leg of an execution that was never begun is a defect of the caller.
fn found(rows: u64) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreError::Refused("the execution is not there".into()))
    }
}

fn execution(row: &dyn Row) -> Result<StoredExecution> {
    let status = row.text("status")?;
    Ok(StoredExecution {
        id: row.text("id")?.into(),
        session: row.text("session_id")?.into(),
        status: ExecutionStatus::parse(status)
            .ok_or_else(|| <dyn Row>::corrupt("status", status))?,
        leg: u32::try_from(row.int("leg")?)
            .map_err(|_| <dyn Row>::corrupt("leg", "out of range"))?,
        pause: pause(row)?,
        first_seq: row.int("first_seq")?,
    })
}

fn pause(row: &dyn Row) -> Result<Option<Pause>> {
    let Some(frame) = row.text_or_null("pause_frame")? else {
        return Ok(None);
    };
    Ok(Some(Pause {
        frame: frame.to_owned(),
        state: row.json("pause_state")?,
        next_seq: row.int("pause_seq")?,
    }))
}
