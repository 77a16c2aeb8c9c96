//! Files of sessions, and those whose objects are to be deleted.

use domain::{FileId, SessionId, Timestamp};

use crate::database::{Read, Row, Value, Write, all, one};
use crate::{NewFile, Result, StoreError, StoredFile};

/// Changes nothing but holds the row, so that the session cannot end unseen before the files are in.
const HOLD_SESSION: &str = "
    UPDATE sessions SET rev = rev
    WHERE id = $1 AND project_id = $2 AND cleared IS NULL AND expires >= $3";

const REGISTER: &str = "
    INSERT INTO files (id, project_id, session_id, filename, media_type, size, status, created, expires)
    VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8)";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, session_id, filename, media_type, size, status, created, expires
             FROM files ",
            $rest
        )
    };
}

const FIND: &str = select!("WHERE id = $1");

const OF_SESSION: &str = select!("WHERE session_id = $1 ORDER BY created, id");

const MARK_READY: &str = "UPDATE files SET status = 'ready' WHERE id = $1 AND status = 'pending'";

const UNFINISHED: &str = "
    SELECT id FROM files WHERE status = 'pending' AND expires < $1 ORDER BY expires LIMIT $2";

/// An upload may have ended since the file was found unfinished.
const DROP_UNFINISHED: &str = "DELETE FROM files WHERE id = $1 AND status = 'pending'";

const ADD_DROPPED: &str = "INSERT INTO dropped_files (id) VALUES ($1)";

const DROPPED: &str = "SELECT id FROM dropped_files WHERE id > $1 ORDER BY id LIMIT $2";

const FORGET_DROPPED: &str = "DELETE FROM dropped_files WHERE id = $1";

pub(super) async fn register(tx: &mut dyn Write, files: &[NewFile]) -> Result<bool> {
    for file in files {
        let session = [
            file.session.as_str().into(),
            file.project.as_str().into(),
            file.created.into(),
        ];
        if tx.execute(HOLD_SESSION, &session).await? == 0 {
            return Ok(false);
        }
        tx.execute(REGISTER, &new_row(file)?)
            .await
            .map_err(StoreError::taken("the file's id"))?;
    }
    Ok(true)
}

fn new_row(file: &NewFile) -> Result<[Value<'_>; 8]> {
    let size = i64::try_from(file.size).map_err(|_| <dyn Row>::corrupt("size", "too large"))?;
    Ok([
        file.id.as_str().into(),
        file.project.as_str().into(),
        file.session.as_str().into(),
        file.filename.as_str().into(),
        file.media_type.as_str().into(),
        size.into(),
        file.created.into(),
        file.expires.into(),
    ])
}

pub(super) async fn find(read: &mut dyn Read, id: &FileId) -> Result<Option<StoredFile>> {
    one(read, FIND, &[id.as_str().into()], file).await
}

pub(super) async fn of_session(
    read: &mut dyn Read,
    session: &SessionId,
) -> Result<Vec<StoredFile>> {
    all(read, OF_SESSION, &[session.as_str().into()], file).await
}

pub(super) async fn mark_ready(tx: &mut dyn Write, id: &FileId) -> Result<bool> {
    Ok(tx.execute(MARK_READY, &[id.as_str().into()]).await? == 1)
}

pub(super) async fn drop_unfinished(
    tx: &mut dyn Write,
    before: Timestamp,
    limit: u32,
) -> Result<u64> {
    let values = [before.into(), i64::from(limit).into()];
    let mut dropped = 0;
    for id in all(tx, UNFINISHED, &values, id).await? {
        let id = [id.as_str().into()];
        if tx.execute(DROP_UNFINISHED, &id).await? == 1 {
            tx.execute(ADD_DROPPED, &id).await?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

pub(super) async fn dropped(
    read: &mut dyn Read,
    after: Option<&FileId>,
    limit: u32,
) -> Result<Vec<FileId>> {
    // No id is empty.
    let after = after.map_or("", FileId::as_str);
    all(read, DROPPED, &[after.into(), i64::from(limit).into()], id).await
}

pub(super) async fn forget_dropped(tx: &mut dyn Write, id: &FileId) -> Result<()> {
    tx.execute(FORGET_DROPPED, &[id.as_str().into()]).await?;
    Ok(())
}

fn id(row: &dyn Row) -> Result<FileId> {
    row.text("id").map(FileId::from)
}

fn file(row: &dyn Row) -> Result<StoredFile> {
    let size = u64::try_from(row.int("size")?);
    Ok(StoredFile {
        id: id(row)?,
        project: row.text("project_id")?.into(),
        session: row.text("session_id")?.into(),
        filename: row.text("filename")?.to_owned(),
        media_type: row.text("media_type")?.to_owned(),
        size: size.map_err(|_| <dyn Row>::corrupt("size", "negative"))?,
        ready: match row.text("status")? {
            "pending" => false,
            "ready" => true,
            _ => return Err(<dyn Row>::corrupt("status", "unknown")),
        },
        created: row.time("created")?,
        expires: row.time("expires")?,
    })
}
