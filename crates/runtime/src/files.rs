//! Files of sessions: which may be uploaded, taking their bytes in, giving them out.

mod error;

use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use domain::{FileId, Limits, ProjectId, SessionId};
use futures_util::{Stream, StreamExt as _, stream};
use store::{NewFile, ObjectStream, StoredFile};

pub use error::FileError;

use crate::{Runtime, RuntimeError, clock, ids};

/// Characters of a file's name and of its media type.
const NAME_CHARS: usize = 255;

/// A file that a client wants to upload.
#[derive(Clone, Debug)]
pub struct NewUpload {
    pub filename: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
}

impl Runtime {
    /// Makes room for files in a session, all of them or none; they are answered in their order.
    ///
    /// # Errors
    /// When the session is not there, or a file is not as it should be.
    pub async fn register_files(
        &self,
        project: &ProjectId,
        session: &SessionId,
        uploads: Vec<NewUpload>,
    ) -> Result<Vec<StoredFile>, FileError> {
        check(&uploads, self.limits())?;
        let (_, expired) = self.session(project, session).await?;
        let now = clock::now();
        let new_file = |upload: NewUpload| NewFile {
            id: ids::new_file_id(now),
            project: project.clone(),
            session: session.clone(),
            filename: upload.filename,
            media_type: upload.media_type,
            size: upload.size,
            created: now,
            expires: now.plus(self.limits().upload_url_life),
        };
        let files: Vec<NewFile> = uploads.into_iter().map(new_file).collect();
        // The session may end between the two.
        if expired || !self.inner.store.register_files(&files).await? {
            return Err(RuntimeError::SessionExpired.into());
        }
        Ok(files.into_iter().map(StoredFile::from).collect())
    }

    /// Takes in the bytes of a file, once.
    ///
    /// # Errors
    /// When the file is not there or was uploaded before, and when the bytes stop coming or are not as
    /// many as was said.
    pub async fn upload_file<E>(
        &self,
        id: &FileId,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<(), FileError> {
        let file = self.file(id).await?;
        if file.ready {
            return Err(FileError::Uploaded);
        }
        let bytes = within(self.limits().stalled_upload, bytes);
        let upload = ids::new_upload_name();
        let put = self.inner.objects.put(id, &upload, file.size, bytes).await;
        // An upload that was published and not noted, because the server died between, is noted now.
        if matches!(put, Ok(()) | Err(store::PutError::Exists)) {
            self.note_upload(id).await?;
        }
        Ok(put?)
    }

    async fn note_upload(&self, id: &FileId) -> Result<(), FileError> {
        let noted = self.inner.store.mark_file_ready(id).await?;
        if !noted && self.inner.store.file(id).await?.is_none() {
            // The session ended during the upload, so nobody else will delete this object.
            self.inner.objects.delete(id).await?;
            return Err(FileError::NotFound);
        }
        Ok(())
    }

    /// A file, uploaded or not.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn file(&self, id: &FileId) -> Result<StoredFile, FileError> {
        let file = self.inner.store.file(id).await?;
        file.ok_or(FileError::NotFound)
    }

    /// The files of a session.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session_files(
        &self,
        session: &SessionId,
    ) -> Result<Vec<StoredFile>, RuntimeError> {
        Ok(self.inner.store.session_files(session).await?)
    }

    /// The bytes of a file within a range, which must not be empty.
    ///
    /// # Errors
    /// When they are not there or cannot be read.
    pub async fn read_file(
        &self,
        id: &FileId,
        range: Range<u64>,
    ) -> Result<ObjectStream, FileError> {
        let bytes = self.inner.objects.get(id, range).await?;
        bytes.ok_or(FileError::NotFound)
    }
}

/// The bytes, as long as none of them keeps us waiting too long.
fn within<E>(
    patience: Duration,
    bytes: impl Stream<Item = Result<Bytes, E>> + Send,
) -> impl Stream<Item = Result<Bytes, ()>> + Send {
    stream::unfold(Box::pin(bytes), move |mut bytes| async move {
        let piece = tokio::time::timeout(patience, bytes.next()).await;
        let piece = piece.map_or(Some(Err(())), |piece| Some(piece?.map_err(drop)));
        piece.map(|piece| (piece, bytes))
    })
}

fn check(uploads: &[NewUpload], limits: &Limits) -> Result<(), FileError> {
    if uploads.is_empty() || uploads.len() > limits.files_per_request {
        return Err(FileError::Invalid(format!(
            "`files` has {} files; it may have 1 to {}",
            uploads.len(),
            limits.files_per_request
        )));
    }
    for (index, upload) in uploads.iter().enumerate() {
        check_one(upload, limits).map_err(|error| error.within(index))?;
    }
    let total = uploads
        .iter()
        .fold(0, |total: u64, upload| total.saturating_add(upload.size));
    if total > limits.file_request_bytes {
        return Err(FileError::TooLarge(format!(
            "the files have {total} bytes together; at most {} are allowed",
            limits.file_request_bytes
        )));
    }
    Ok(())
}

fn check_one(upload: &NewUpload, limits: &Limits) -> Result<(), FileError> {
    let invalid = |text: String| Err(FileError::Invalid(text));
    if !(1..=NAME_CHARS).contains(&upload.filename.chars().count()) {
        return invalid(format!(
            "the filename must have 1 to {NAME_CHARS} characters"
        ));
    }
    // It becomes a header of the upload and of each download.
    let is_header = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let media_type = &*upload.media_type;
    if !(1..=NAME_CHARS).contains(&media_type.len())
        || !is_header(media_type)
        || media_type.trim() != media_type
    {
        return invalid("the mediaType must be one such as image/png".to_owned());
    }
    if upload.size == 0 {
        return invalid("the size must be greater than 0".to_owned());
    }
    if upload.size > limits.file_bytes {
        return Err(FileError::TooLarge(format!(
            "the file has {} bytes; at most {} are allowed",
            upload.size, limits.file_bytes
        )));
    }
    Ok(())
}
