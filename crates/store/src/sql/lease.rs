//! Leases: rows with an epoch.

use std::collections::HashSet;

use domain::{SessionId, Timestamp};

use super::{executions, sessions};
use crate::database::{Read, Row, Value, Write, all, one};
use crate::{AcquireLease, Acquired, Lease, Result, Seen, Session};

/// Nobody has the lease, it ran out, or a dead process of this node had it.
macro_rules! is_free {
    () => {
        "(lease_node IS NULL OR lease_until < $5 OR (lease_node = $3 AND lease_boot <> $4))"
    };
}

const ACQUIRE: &str = concat!(
    "UPDATE sessions
     SET lease_node = $3, lease_boot = $4, lease_until = $6, lease_epoch = lease_epoch + 1
     WHERE id = $1 AND project_id = $2 AND expires >= $5 AND ",
    is_free!(),
    " RETURNING id, project_id, agent_id, revision_id, state, created, updated, expires,
                lease_epoch, rev"
);

const LOOK: &str = concat!(
    "SELECT id, project_id, agent_id, revision_id, state, created, updated, expires, rev,
            CAST(CASE WHEN ",
    is_free!(),
    " THEN 1 ELSE 0 END AS BIGINT) AS is_free,
            CAST(CASE WHEN EXISTS (SELECT 1 FROM executions WHERE session_id = $1 AND ",
    executions::is_open!(),
    " AND status = 'waiting') THEN 1 ELSE 0 END AS BIGINT) AS waiting
     FROM sessions WHERE id = $1 AND project_id = $2"
);

const RELEASE: &str = "UPDATE sessions SET lease_node = NULL WHERE id = $1 AND lease_epoch = $2";

/// What holds a lease without an execution that runs has not begun. An index knows the few that run.
const RELEASE_DEAD: &str = "
    UPDATE sessions SET lease_node = NULL
    WHERE lease_node = $1 AND lease_boot <> $2 AND id IN (
        SELECT session_id FROM executions WHERE status IN ('running', 'waiting'))";

/// As many leases as one renewing statement names.
const CHUNK: usize = 32;

const RENEW: &str = "
    UPDATE sessions SET lease_until = $1
    WHERE lease_node = $2 AND lease_boot = $3 AND id IN (
        $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
    RETURNING id, lease_epoch";

pub(super) async fn acquire(tx: &mut dyn Write, request: AcquireLease<'_>) -> Result<Acquired> {
    if let Some(taken) = one(tx, ACQUIRE, &values(request), taken).await? {
        return Ok(taken);
    }
    let session = sessions::find(tx, request.project, request.session).await?;
    Ok(match session {
        None => Acquired::NotFound,
        Some(session) if session.is_expired(request.now) => Acquired::Expired { session },
        Some(_) => Acquired::Busy,
    })
}

pub(super) async fn look(read: &mut dyn Read, request: AcquireLease<'_>) -> Result<Seen> {
    // The last value is for a lease that is taken.
    let found = one(read, LOOK, &values(request)[..5], seen).await?;
    Ok(match found {
        None => Seen::NotFound,
        Some((session, _)) if session.is_expired(request.now) => Seen::Expired,
        Some((session, Some((rev, waiting)))) => Seen::Free {
            session: Box::new(session),
            rev,
            waiting,
        },
        Some((_, None)) => Seen::Busy,
    })
}

/// Takes a session that is as it was seen.
pub(super) async fn take_as_seen(
    tx: &mut dyn Write,
    request: AcquireLease<'_>,
    rev: i64,
) -> Result<Option<Lease>> {
    let values = values(request);
    let taken = one(tx, ACQUIRE, &values, |row| {
        Ok((row.int("rev")?, row.int("lease_epoch")?))
    });
    Ok(taken.await?.and_then(|(found, epoch)| {
        (found == rev).then(|| Lease {
            session: request.session.clone(),
            epoch,
        })
    }))
}

fn values(request: AcquireLease<'_>) -> [Value<'_>; 6] {
    let (node, boot) = split(request.node);
    [
        request.session.as_str().into(),
        request.project.as_str().into(),
        node.into(),
        boot.into(),
        request.now.into(),
        request.until.into(),
    ]
}

pub(super) async fn release(tx: &mut dyn Write, lease: &Lease) -> Result<()> {
    let values = [lease.session.as_str().into(), lease.epoch.into()];
    tx.execute(RELEASE, &values).await?;
    Ok(())
}

pub(super) async fn release_dead(tx: &mut dyn Write, node: &str) -> Result<u64> {
    let (node, boot) = split(node);
    tx.execute(RELEASE_DEAD, &[node.into(), boot.into()]).await
}

pub(super) async fn renew(
    tx: &mut dyn Write,
    node: &str,
    leases: &[Lease],
    until: Timestamp,
) -> Result<Vec<Lease>> {
    let (node, boot) = split(node);
    let mut lost = Vec::new();
    for chunk in leases.chunks(CHUNK) {
        let mut values = vec![until.into(), node.into(), boot.into()];
        // The statement has a fixed number of places; the spare ones name no session.
        let ids = chunk.iter().map(|lease| lease.session.as_str());
        let padded = ids.chain(std::iter::repeat("")).take(CHUNK);
        values.extend(padded.map(Into::into));

        let held = all(tx, RENEW, &values, held).await?;
        let held: HashSet<(SessionId, i64)> = held.into_iter().collect();
        let is_lost = |lease: &&Lease| !held.contains(&(lease.session.clone(), lease.epoch));
        lost.extend(chunk.iter().filter(is_lost).cloned());
    }
    Ok(lost)
}

/// `name#boot`
fn split(node: &str) -> (&str, &str) {
    node.rsplit_once('#').unwrap_or((node, ""))
}

fn taken(row: &dyn Row) -> Result<Acquired> {
    let session = sessions::session(row)?;
    Ok(Acquired::Taken {
        lease: Lease {
            session: session.id.clone(),
            epoch: row.int("lease_epoch")?,
        },
        session,
    })
}

/// A session, and where it is free its `rev` and whether an execution of it waits.
fn seen(row: &dyn Row) -> Result<(Session, Option<(i64, bool)>)> {
    let free = (row.int("rev")?, row.int("waiting")? == 1);
    let is_free = row.int("is_free")? == 1;
    Ok((sessions::session(row)?, is_free.then_some(free)))
}

fn held(row: &dyn Row) -> Result<(SessionId, i64)> {
    Ok((row.text("id")?.into(), row.int("lease_epoch")?))
}
