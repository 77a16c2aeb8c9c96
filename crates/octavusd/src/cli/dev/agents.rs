//! The agents of `octavusd dev`: folders on one side, deployed agents on the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::{AgentId, ProjectId};
use protocol::Catalog;
use runtime::{Deployed, Runtime};

use crate::agent_folder;

/// What the developer is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Loaded {
        slug: String,
        /// Drawn; empty where there are none.
        warnings: String,
    },
    Removed(String),
    /// Drawn diagnostics, or why a folder cannot be read.
    Broken(String),
}

/// An agent that is there to be used.
#[derive(Clone, Debug)]
pub(super) struct LoadedAgent {
    pub(super) id: AgentId,
    pub(super) slug: String,
}

/// The folders that were found, and what became of each.
pub(super) struct DevAgents {
    runtime: Runtime,
    project: ProjectId,
    roots: Vec<PathBuf>,
    folders: BTreeMap<PathBuf, Folder>,
}

#[derive(Default)]
struct Folder {
    /// What was read last: as long as it stays the same there is nothing to do or to say.
    read: Option<Result<protocol::Folder, String>>,
    /// The last good state.
    agent: Option<LoadedAgent>,
}

impl DevAgents {
    pub(super) fn new(runtime: Runtime, project: ProjectId, roots: Vec<PathBuf>) -> Self {
        Self {
            runtime,
            project,
            roots,
            folders: BTreeMap::new(),
        }
    }

    pub(super) fn loaded(&self) -> Vec<LoadedAgent> {
        self.folders
            .values()
            .filter_map(|folder| folder.agent.clone())
            .collect()
    }

    /// Makes the agents what the folders say, and tells what changed.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn sync(&mut self) -> anyhow::Result<Vec<Notice>> {
        // A folder that is not there at the moment holds no agents; the next change will tell.
        let found: Vec<PathBuf> = self
            .roots
            .iter()
            .flat_map(|root| agent_folder::find(root).unwrap_or_default())
            .collect();
        let mut notices = Vec::new();
        for path in &found {
            notices.extend(self.load(path).await?);
        }
        let gone = self.folders.keys().filter(|path| !found.contains(path));
        for path in gone.cloned().collect::<Vec<_>>() {
            let agent = self.folders.remove(&path).and_then(|folder| folder.agent);
            notices.extend(self.archive(agent).await?);
        }
        Ok(notices)
    }

    async fn load(&mut self, path: &Path) -> anyhow::Result<Option<Notice>> {
        let read = agent_folder::read(path).map_err(|error| format!("{error:#}"));
        let folder = self.folders.entry(path.to_owned()).or_default();
        if folder.read.as_ref() == Some(&read) {
            return Ok(None);
        }
        folder.read = Some(read.clone());
        let before = folder.agent.clone();
        let files = match read {
            Ok(files) => files,
            Err(error) => return Ok(Some(Notice::Broken(error))),
        };
        let (bundle, compiled) = protocol::compile_folder(&files, &Catalog::default());
        let drawn = protocol::render_folder(&compiled.diagnostics, &bundle, &files, path);
        if compiled.program.is_none() {
            let error = format!("{drawn}{}: the agent is not loaded", path.display());
            return Ok(Some(Notice::Broken(error)));
        }
        let slug = bundle.settings.slug.clone();
        if self.is_taken(path, &slug) {
            let error = format!("{}: another folder has the slug `{slug}`", path.display());
            return Ok(Some(Notice::Broken(error)));
        }
        let deployed = self.runtime.deploy_agent(&self.project, bundle).await?;
        let (Deployed::Created(id) | Deployed::Updated(id) | Deployed::Unchanged(id)) = deployed;
        if let Some(folder) = self.folders.get_mut(path) {
            folder.agent = Some(LoadedAgent {
                id,
                slug: slug.clone(),
            });
        }
        if before.as_ref().is_some_and(|before| before.slug != slug) {
            self.archive(before).await?;
        }
        Ok(Some(Notice::Loaded {
            slug,
            warnings: drawn,
        }))
    }

    fn is_taken(&self, path: &Path, slug: &str) -> bool {
        let others = self.folders.iter().filter(|(other, _)| *other != path);
        others
            .filter_map(|(_, folder)| folder.agent.as_ref())
            .any(|agent| agent.slug == slug)
    }

    async fn archive(&self, agent: Option<LoadedAgent>) -> anyhow::Result<Option<Notice>> {
        let Some(LoadedAgent { id, slug }) = agent else {
            return Ok(None);
        };
        self.runtime
            .store()
            .archive_agent(&self.project, &id, runtime::now())
            .await?;
        Ok(Some(Notice::Removed(slug)))
    }
}
