//! Watching agent folders: a save is felt before the developer has changed windows.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::agents::{DevAgents, Notice};
use crate::cli::{say, say_error};

/// How long a folder must be quiet: a save is several changes in a row.
const QUIET: Duration = Duration::from_millis(15);
/// How long changes may go on before they are looked at all the same.
const PATIENCE: Duration = Duration::from_millis(60);

/// How long after a change to look once more: files that were made together with their folder can be
/// there before the folder is watched.
const SECOND_LOOK: Duration = Duration::from_millis(200);

/// Folders that are watched.
pub(super) struct Watch {
    changes: mpsc::Receiver<()>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches from now on.
    ///
    /// # Errors
    /// When a folder cannot be watched.
    pub(super) fn start(roots: &[PathBuf]) -> anyhow::Result<Self> {
        // One waiting change is as good as many: it says only that there is something to look at.
        let (changed, changes) = mpsc::channel(1);
        Ok(Self {
            changes,
            _watcher: watcher(roots, changed)?,
        })
    }

    /// Keeps the agents what their folders say. Returns only with an error.
    pub(super) async fn keep(mut self, mut agents: DevAgents) -> anyhow::Result<()> {
        while self.changes.recv().await.is_some() {
            loop {
                wait_for_quiet(&mut self.changes).await;
                report(agents.sync().await?);
                if timeout(SECOND_LOOK, self.changes.recv()).await.is_err() {
                    break;
                }
            }
            report(agents.sync().await?);
        }
        anyhow::bail!("the agent folders can no longer be watched")
    }
}

fn watcher(roots: &[PathBuf], changed: mpsc::Sender<()>) -> anyhow::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let looks_only = matches!(&event, Ok(event) if event.kind.is_access());
        if !looks_only {
            // A full channel holds a change already.
            let _ = changed.try_send(());
        }
    })
    .context("folders cannot be watched on this machine")?;
    for root in roots {
        watcher
            .watch(root, RecursiveMode::Recursive)
            .with_context(|| format!("{} cannot be watched", root.display()))?;
    }
    Ok(watcher)
}

async fn wait_for_quiet(changes: &mut mpsc::Receiver<()>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let quiet = (Instant::now() + QUIET).min(deadline);
        tokio::select! {
            () = sleep_until(quiet) => return,
            change = changes.recv() => if change.is_none() { return },
        }
    }
}

/// Tells the developer.
pub(super) fn report(notices: Vec<Notice>) {
    for notice in notices {
        match notice {
            Notice::Loaded { slug, warnings } => {
                if !warnings.is_empty() {
                    say_error(&warnings);
                }
                say(&format!("loaded {slug}"));
            }
            Notice::Removed(slug) => say(&format!("removed {slug}")),
            Notice::Broken(error) => say_error(&error),
        }
    }
}
