//! Why a file was not registered, taken in or given out.

use store::{ObjectError, PutError, StoreError};

use crate::RuntimeError;

/// Variants by what the client is told.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    TooLarge(String),
    #[error("file not found")]
    NotFound,
    #[error("the file was uploaded before")]
    Uploaded,
    #[error("the upload was cut off")]
    Cut,
    #[error("the body is longer than the size that the URL was made for")]
    TooLong,
    #[error("the body ended after {0} bytes, before the size that the URL was made for")]
    TooShort(u64),
    #[error("the file cannot be stored or read")]
    Object(#[from] ObjectError),
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

impl FileError {
    /// Says which file of a request it is.
    pub(super) fn within(self, index: usize) -> Self {
        let place = |text| format!("files[{index}]: {text}");
        match self {
            Self::Invalid(text) => Self::Invalid(place(text)),
            Self::TooLarge(text) => Self::TooLarge(place(text)),
            error @ (Self::NotFound
            | Self::Uploaded
            | Self::Cut
            | Self::TooLong
            | Self::TooShort(_)
            | Self::Object(_)
            | Self::Runtime(_)) => error,
        }
    }
}

impl From<StoreError> for FileError {
    fn from(error: StoreError) -> Self {
        Self::Runtime(error.into())
    }
}

impl<E> From<PutError<E>> for FileError {
    fn from(error: PutError<E>) -> Self {
        match error {
            PutError::Cut(_) => Self::Cut,
            PutError::TooLong => Self::TooLong,
            PutError::TooShort(received) => Self::TooShort(received),
            PutError::Exists => Self::Uploaded,
            PutError::Object(error) => Self::Object(error),
        }
    }
}
