//! Taking away what uploads left behind that were cut off with their process.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path as FilePath;
use std::time::{Duration, UNIX_EPOCH};

use domain::Timestamp;
use futures_util::StreamExt as _;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt as _};

use super::{INCOMING, ObjectError, Objects};

impl Objects {
    /// Deletes what uploads left behind that wrote nothing since `before`. Answers how many these were.
    ///
    /// # Errors
    /// When they cannot be listed, or one of them cannot be deleted.
    pub async fn sweep_uploads(&self, before: Timestamp) -> Result<u64, ObjectError> {
        // The list of a folder's store hides what is not whole.
        let Some(folder) = &self.folder else {
            return self.sweep_bucket(before).await;
        };
        let incoming = folder.join(INCOMING);
        let swept = tokio::task::spawn_blocking(move || sweep_folder(&incoming, before)).await;
        swept
            .unwrap_or_else(|panic| Err(io::Error::other(panic)))
            .map_err(ObjectError::Sweep)
    }

    async fn sweep_bucket(&self, before: Timestamp) -> Result<u64, ObjectError> {
        let mut left = self.store.list(Some(&Path::from(INCOMING)));
        let (mut swept, mut failed) = (0, None);
        while let Some(object) = left.next().await.transpose()? {
            if object.last_modified.timestamp_millis() >= before.as_millis() {
                continue;
            }
            match self.store.delete(&object.location).await {
                Ok(()) | Err(Error::NotFound { .. }) => swept += 1,
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(swept), |error| Err(error.into()))
    }
}

fn sweep_folder(incoming: &FilePath, before: Timestamp) -> io::Result<u64> {
    let entries = match fs::read_dir(incoming) {
        // Nothing was ever uploaded.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let (mut swept, mut failed) = (0, None);
    for entry in entries {
        match sweep_file(&entry?.path(), before) {
            Ok(removed) => swept += u64::from(removed),
            // Its upload has ended meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(swept), Err)
}

fn sweep_file(file: &FilePath, before: Timestamp) -> io::Result<bool> {
    let written = fs::metadata(file)?.modified()?.duration_since(UNIX_EPOCH);
    let before = Duration::from_millis(before.as_millis().try_into().unwrap_or_default());
    // A time before 1970 is no reason to keep it.
    if written.is_ok_and(|written| written >= before) {
        return Ok(false);
    }
    fs::remove_file(file)?;
    Ok(true)
}
