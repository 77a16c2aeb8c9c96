//! A commit point: one transaction, fenced by the lease's epoch.

use std::sync::Arc;

use domain::{Item, StoredItem};

use super::executions::{self, Birth, Of};
use super::{history, json, log, starts};
use crate::database::{Row, Write, one};
use crate::{CommitPoint, CommitWrite, Lease, Result, StoreError};

/// Safety rests on the epoch alone; the clock only decides when a lease may be taken over.
const FENCE: &str = "
    UPDATE sessions
    SET rev = rev + 1,
        state = COALESCE($3, state),
        next_seq = CASE WHEN next_seq > $9 THEN $9 ELSE next_seq END + $4,
        next_log_seq = next_log_seq + $5,
        updated = $6,
        expires = $7,
        lease_node = CASE WHEN $8 = 1 THEN NULL ELSE lease_node END
    WHERE id = $1 AND lease_epoch = $2 AND lease_node IS NOT NULL
    RETURNING rev, next_seq, next_log_seq";

/// The JSON of a commit.
pub(super) struct Encoded {
    items: Vec<String>,
    log: Vec<log::Encoded>,
    state: Option<String>,
}

impl Encoded {
    pub(super) fn of(commit: &CommitWrite<'_>) -> Result<Self> {
        Ok(Self {
            items: bodies(commit.items)?,
            log: commit
                .log
                .iter()
                .map(log::Encoded::of)
                .collect::<Result<_>>()?,
            state: commit.state.map(|state| json("state", state)).transpose()?,
        })
    }
}

fn bodies(items: &[Arc<Item>]) -> Result<Vec<String>> {
    items.iter().map(|item| json("item", item)).collect()
}

pub(super) async fn write(
    tx: &mut dyn Write,
    lease: &Lease,
    commit: &CommitWrite<'_>,
    encoded: &Encoded,
) -> Result<Vec<StoredItem>> {
    let marks = fence(tx, lease, commit, encoded).await?;
    let (session, now) = (&lease.session, commit.now);
    if let Some(from_seq) = commit.rewind {
        history::drop_items(tx, session, from_seq).await?;
    }
    history::append(tx, session, marks.seq, now, &encoded.items).await?;
    log::append(tx, session, marks.log_seq, now, &encoded.log).await?;

    let of = Of {
        session,
        id: commit.execution,
        now,
    };
    if commit.begin {
        begin(tx, of, commit.leg, &marks).await?;
    }
    if commit.keyed {
        starts::point(tx, session, commit.execution).await?;
    }
    executions::reach(tx, of, commit.point).await?;

    let stored = (marks.seq..).zip(commit.items);
    Ok(stored
        .map(|(seq, item)| StoredItem {
            seq,
            created: now,
            item: Arc::clone(item),
        })
        .collect())
}

async fn begin(tx: &mut dyn Write, of: Of<'_>, leg: u32, marks: &Marks) -> Result<()> {
    if leg > 1 {
        return executions::begin_leg(tx, of, leg).await;
    }
    let birth = Birth {
        leg,
        first_seq: marks.seq,
        begun: marks.rev,
    };
    executions::create(tx, of, birth).await
}

/// Where a commit's rows go.
struct Marks {
    rev: i64,
    /// The place of the first item of this commit.
    seq: i64,
    /// The place of its first log entry.
    log_seq: i64,
}

async fn fence(
    tx: &mut dyn Write,
    lease: &Lease,
    commit: &CommitWrite<'_>,
    encoded: &Encoded,
) -> Result<Marks> {
    let (items, log) = (history::count(&encoded.items), history::count(&encoded.log));
    let releases = !matches!(commit.point, CommitPoint::Step);
    let values = [
        lease.session.as_str().into(),
        lease.epoch.into(),
        encoded.state.as_deref().into(),
        items.into(),
        log.into(),
        commit.now.into(),
        commit.expires.into(),
        i64::from(releases).into(),
        commit.rewind.unwrap_or(i64::MAX).into(),
    ];
    let after = one(tx, FENCE, &values, marks).await?;
    let after = after.ok_or(StoreError::LeaseLost)?;
    Ok(Marks {
        rev: after.rev,
        seq: after.seq - items,
        log_seq: after.log_seq - log,
    })
}

fn marks(row: &dyn Row) -> Result<Marks> {
    Ok(Marks {
        rev: row.int("rev")?,
        seq: row.int("next_seq")?,
        log_seq: row.int("next_log_seq")?,
    })
}
