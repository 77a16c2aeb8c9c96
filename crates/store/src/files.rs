//! Files of sessions, without their bytes.

use domain::{FileId, ProjectId, SessionId, Timestamp};

/// A file to be uploaded.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub id: FileId,
    pub project: ProjectId,
    pub session: SessionId,
    pub filename: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    pub created: Timestamp,
    /// The end of the time in which it may be uploaded.
    pub expires: Timestamp,
}

/// A file, uploaded or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub id: FileId,
    pub project: ProjectId,
    pub session: SessionId,
    pub filename: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// Whether its bytes are there.
    pub ready: bool,
    pub created: Timestamp,
    /// The end of the time in which it may be uploaded.
    pub expires: Timestamp,
}

impl From<NewFile> for StoredFile {
    /// The file as it is stored, before its upload.
    fn from(new: NewFile) -> Self {
        Self {
            id: new.id,
            project: new.project,
            session: new.session,
            filename: new.filename,
            media_type: new.media_type,
            size: new.size,
            ready: false,
            created: new.created,
            expires: new.expires,
        }
    }
}
