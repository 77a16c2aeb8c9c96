//! One task per node that takes away what has expired: sessions, and the files of those that are gone.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::Timestamp;

use crate::{Inner, RuntimeError, causes, clock};

/// Rows of one transaction.
const BATCH: u32 = 500;

/// An upload that began in time may take this long before its file counts as unfinished.
const UPLOAD_GRACE: Duration = Duration::from_secs(3600);

/// An upload that wrote nothing for this long has died with its process.
const DEAD_UPLOAD: Duration = Duration::from_secs(24 * 3600);

/// Starts the task; it goes on for as long as the runtime is there.
pub(crate) fn start(inner: &Arc<Inner>) {
    let (runtime, period) = (Arc::downgrade(inner), inner.config.sweep_period);
    #[expect(
        clippy::disallowed_methods,
        reason = "the sweeper of a node belongs to no leg"
    )]
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(period);
        loop {
            ticks.tick().await;
            let Some(inner) = Weak::upgrade(&runtime) else {
                return;
            };
            // The next round tries again.
            if let Err(error) = sweep(&inner, clock::now()).await {
                inner.figures.not_swept();
                tracing::warn!(
                    error = causes(&error),
                    "what has expired could not be swept away"
                );
            }
        }
    });
}

async fn sweep(inner: &Inner, now: Timestamp) -> Result<(), RuntimeError> {
    while inner.store.sweep_expired(now, BATCH).await? == u64::from(BATCH) {}
    let unfinished = now.minus(UPLOAD_GRACE);
    while inner.store.drop_unfinished_files(unfinished, BATCH).await? == u64::from(BATCH) {}
    let old = now.minus(inner.limits.start_key_life);
    while inner.store.forget_start_keys(old, BATCH).await? == u64::from(BATCH) {}
    let old = now.minus(inner.limits.log_life);
    while inner.store.forget_log_entries(old, BATCH).await? == u64::from(BATCH) {}
    delete_objects(inner).await?;
    inner.objects.sweep_uploads(now.minus(DEAD_UPLOAD)).await?;
    Ok(())
}

/// Deletes the objects of dropped files. A file is forgotten once its object is gone, so that a crash
/// leaves nothing behind; one whose object cannot be deleted is left to the next round.
async fn delete_objects(inner: &Inner) -> Result<(), RuntimeError> {
    let (mut last, mut left) = (None, 0);
    loop {
        let dropped = inner.store.dropped_files(last.as_ref(), BATCH).await?;
        for file in &dropped {
            match inner.objects.delete(file).await {
                Ok(()) => inner.store.forget_dropped_file(file).await?,
                Err(error) => {
                    left += 1;
                    tracing::warn!(
                        error = causes(&error),
                        file.id = %file,
                        "a dropped file could not be deleted"
                    );
                }
            }
        }
        if dropped.len() < BATCH as usize {
            inner.figures.left_behind(left);
            return Ok(());
        }
        last = dropped.into_iter().next_back();
    }
}
