//! The bytes of files, in a folder or in a bucket.
//!
//! An object is written under a name of its upload's own and then published under the file's id, at once
//! and once: nobody reads half a file, and of two uploads of one file the first stands. Where a bucket
//! takes the whole file in one request, that request publishes it.

mod access;
#[cfg(feature = "s3")]
mod bucket;
#[cfg(test)]
mod contract;
mod sweep;
#[cfg(test)]
mod tests;

use std::fs::DirBuilder;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use domain::FileId;
use futures_util::stream::{BoxStream, Stream, StreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload,
    WriteMultipart,
};

pub use access::BucketAccess;

/// Where uploads are until they are published.
const INCOMING: &str = "incoming";

/// A folder is written in pieces of this size.
const FOLDER_PART: usize = 1 << 20;
/// A bucket takes no part below 5 MiB but the last one.
#[cfg(feature = "s3")]
const BUCKET_PART: usize = 8 << 20;

/// A place for objects. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Bytes are gathered to parts of this size before they are written.
    part: usize,
    /// A file of at most this size is gathered whole, and written by one request.
    whole: usize,
    /// Where the store is a folder.
    folder: Option<Arc<FilePath>>,
}

/// The bytes of an object, piece by piece.
pub type ObjectStream = BoxStream<'static, Result<Bytes, ObjectError>>;

/// Why there is no object.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    #[error("{0}")]
    Url(String),
    #[error("the folder for files cannot be made")]
    Folder(#[source] std::io::Error),
    #[error("what uploads left behind cannot be deleted")]
    Sweep(#[source] std::io::Error),
    /// The disk is full, or gone; the bucket cannot be reached, or refuses.
    #[error("the files are not available")]
    Unavailable(#[from] Error),
}

/// Why an object was not written. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum PutError<E> {
    /// The bytes stopped coming.
    #[error("the upload was cut off")]
    Cut(E),
    #[error("the body is longer than the file")]
    TooLong,
    #[error("the body ended after {0} bytes")]
    TooShort(u64),
    /// The file was uploaded before.
    #[error("the file is there already")]
    Exists,
    #[error(transparent)]
    Object(#[from] ObjectError),
}

impl<E> From<Error> for PutError<E> {
    fn from(error: Error) -> Self {
        Self::Object(error.into())
    }
}

impl Objects {
    /// Opens the place of a URL: `file:///path/to/folder`, or `s3://bucket/prefix` where the feature of that
    /// name is built in.
    ///
    /// # Errors
    /// When no objects can be kept there.
    pub fn open(
        url: &str,
        #[cfg_attr(
            not(feature = "s3"),
            expect(unused_variables, reason = "there are no buckets")
        )]
        access: &BucketAccess,
    ) -> Result<Self, ObjectError> {
        match url.split_once("://") {
            Some(("file", path)) if path.starts_with('/') => Self::folder(FilePath::new(path)),
            Some(("file", _)) => Err(ObjectError::Url(
                "a file URL has three slashes: file:///path/to/folder".to_owned(),
            )),
            #[cfg(feature = "s3")]
            Some(("s3", place)) => Ok(Self {
                store: bucket::open(place, access)?,
                part: BUCKET_PART,
                whole: BUCKET_PART,
                folder: None,
            }),
            // The rest of the URL may hold a password.
            scheme => Err(ObjectError::Url(format!(
                "files cannot be kept in `{}` URLs; write file:///path/to/folder or \
                 s3://bucket/prefix",
                scheme.map_or("such", |(scheme, _)| scheme)
            ))),
        }
    }

    /// Opens a folder; it is made for this user alone where it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(path: &FilePath) -> Result<Self, ObjectError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(ObjectError::Folder)?;
        // A client that was told that its file is there must find it after a crash.
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self {
            store: Arc::new(store),
            part: FOLDER_PART,
            whole: 0,
            folder: Some(path.into()),
        })
    }

    /// Objects that are gone with the process.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn in_memory() -> Self {
        Self {
            store: Arc::new(object_store::memory::InMemory::new()),
            part: FOLDER_PART,
            whole: 0,
            folder: None,
        }
    }

    /// Writes the object of a file, which must be of that size; `upload` is a name that no other upload
    /// has.
    ///
    /// # Errors
    /// When the bytes are not as many, or cannot be had or kept.
    pub async fn put<E: Send>(
        &self,
        file: &FileId,
        upload: &str,
        size: u64,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<(), PutError<E>> {
        if size <= self.whole as u64 {
            let whole = gather(size, bytes).await?;
            let (place, create) = (place(file), PutMode::Create.into());
            let created = self.store.put_opts(&place, whole, create).await;
            return created.map(drop).map_err(published);
        }
        let staged = Path::from(format!("{INCOMING}/{upload}"));
        let mut writer = WriteMultipart::new_with_chunk_size(
            self.store.put_multipart(&staged).await?,
            self.part,
        );
        if let Err(error) = write(&mut writer, size, bytes).await {
            writer.abort().await?;
            return Err(error);
        }
        writer.finish().await?;
        if let Err(error) = self.store.rename_if_not_exists(&staged, &place(file)).await {
            self.store.delete(&staged).await?;
            return Err(published(error));
        }
        Ok(())
    }

    /// The bytes of a file in a range, which must not be empty. `None` where there is no such object.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(
        &self,
        file: &FileId,
        range: Range<u64>,
    ) -> Result<Option<ObjectStream>, ObjectError> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        match self.store.get_opts(&place(file), options).await {
            Ok(found) => Ok(Some(found.into_stream().map(|bytes| Ok(bytes?)).boxed())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes an object and deletes it again, to see whether that can be done.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn probe(&self, name: &str) -> Result<(), ObjectError> {
        let place = Path::from_iter([INCOMING, name]);
        self.store.put(&place, "probe".into()).await?;
        Ok(self.store.delete(&place).await?)
    }

    /// Deletes the object of a file; one that is not there is no error.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub async fn delete(&self, file: &FileId) -> Result<(), ObjectError> {
        match self.store.delete(&place(file)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Where the object of a file is. The name comes from the id alone, never from the file's own name.
fn place(file: &FileId) -> Path {
    Path::from_iter(["files", file.as_str()])
}

/// The error of a publication.
fn published<E>(error: Error) -> PutError<E> {
    if matches!(error, Error::AlreadyExists { .. }) {
        PutError::Exists
    } else {
        error.into()
    }
}

/// The whole body, which must be of that size.
async fn gather<E: Send>(
    size: u64,
    bytes: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<PutPayload, PutError<E>> {
    let mut bytes = std::pin::pin!(bytes);
    let (mut received, mut pieces) = (0, Vec::new());
    while let Some(piece) = bytes.next().await {
        pieces.push(counted(&mut received, size, piece)?);
    }
    ended(received, size)?;
    Ok(pieces.into_iter().collect())
}

async fn write<E: Send>(
    writer: &mut WriteMultipart,
    size: u64,
    bytes: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<(), PutError<E>> {
    let mut bytes = std::pin::pin!(bytes);
    let mut received = 0;
    while let Some(piece) = bytes.next().await {
        writer.put(counted(&mut received, size, piece)?);
        // At most one part waits for the disk while the next is gathered.
        writer.wait_for_capacity(1).await?;
    }
    ended(received, size)
}

fn counted<E>(
    received: &mut u64,
    size: u64,
    piece: Result<Bytes, E>,
) -> Result<Bytes, PutError<E>> {
    let piece = piece.map_err(PutError::Cut)?;
    *received += piece.len() as u64;
    if *received > size {
        return Err(PutError::TooLong);
    }
    Ok(piece)
}

fn ended<E>(received: u64, size: u64) -> Result<(), PutError<E>> {
    if received < size {
        return Err(PutError::TooShort(received));
    }
    Ok(())
}
