//! Agents and their revisions.

use domain::{AgentId, Bundle, ProjectId, RevisionId, Settings, Timestamp};

use super::json;
use crate::database::{Read, Row, Write, all, one};
use crate::{Agent, AgentUpdate, FindAgent, NewAgent, Result, RevisionInfo, StoreError};

macro_rules! select_live {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, slug, settings, revision_id, created, updated
             FROM agents WHERE project_id = $1 AND archived IS NULL ",
            $rest
        )
    };
}

const LIST: &str = select_live!("ORDER BY slug");
const FIND_BY_ID: &str = select_live!("AND id = $2");
const FIND_BY_SLUG: &str = select_live!("AND slug = $2");

const FIND_EVER: &str = "
    SELECT id, project_id, slug, settings, revision_id, created, updated
    FROM agents WHERE project_id = $1 AND id = $2";

const CREATE: &str = "
    INSERT INTO agents (id, project_id, slug, settings, revision_id, created, updated)
    VALUES ($1, $2, $3, $4, $5, $6, $6)";

const UPDATE: &str = "
    UPDATE agents SET settings = $3, revision_id = $4, updated = $5
    WHERE id = $1 AND project_id = $2 AND archived IS NULL";

const ARCHIVE: &str = "
    UPDATE agents SET archived = $3, updated = $3
    WHERE id = $1 AND project_id = $2 AND archived IS NULL";

const ADD_REVISION: &str = "
    INSERT INTO revisions (agent_id, id, number, bundle, created)
    VALUES ($1, $2, (SELECT COALESCE(MAX(number), 0) + 1 FROM revisions WHERE agent_id = $1), $3, $4)
    ON CONFLICT (agent_id, id) DO NOTHING";

const REVISION: &str = "SELECT bundle FROM revisions WHERE agent_id = $1 AND id = $2";

const REVISIONS: &str = "
    SELECT id, number, created FROM revisions WHERE agent_id = $1 ORDER BY number DESC";

/// A bundle in its stored form.
pub(super) struct Content {
    settings: String,
    bundle: String,
}

impl Content {
    pub(super) fn of(bundle: &Bundle) -> Result<Self> {
        Ok(Self {
            settings: json("settings", &bundle.settings)?,
            bundle: json("bundle", bundle)?,
        })
    }
}

pub(super) async fn list(read: &mut dyn Read, project: &ProjectId) -> Result<Vec<Agent>> {
    all(read, LIST, &[project.as_str().into()], agent).await
}

pub(super) async fn find(
    read: &mut dyn Read,
    project: &ProjectId,
    find: FindAgent<'_>,
) -> Result<Option<Agent>> {
    let (sql, value) = match find {
        FindAgent::Id(id) => (FIND_BY_ID, id.as_str()),
        FindAgent::Slug(slug) => (FIND_BY_SLUG, slug),
        FindAgent::Ever(id) => (FIND_EVER, id.as_str()),
    };
    one(read, sql, &[project.as_str().into(), value.into()], agent).await
}

pub(super) async fn create(tx: &mut dyn Write, agent: &NewAgent, content: &Content) -> Result<()> {
    let values = [
        agent.id.as_str().into(),
        agent.project.as_str().into(),
        agent.bundle.settings.slug.as_str().into(),
        content.settings.as_str().into(),
        agent.revision.as_str().into(),
        agent.created.into(),
    ];
    tx.execute(CREATE, &values)
        .await
        .map_err(StoreError::taken("the slug"))?;
    add_revision(tx, &agent.id, &agent.revision, content, agent.created).await
}

/// Changes the agent's row first: it is the lock that orders the numbers of two new revisions.
pub(super) async fn update(
    tx: &mut dyn Write,
    update: &AgentUpdate,
    content: &Content,
) -> Result<Option<()>> {
    let values = [
        update.id.as_str().into(),
        update.project.as_str().into(),
        content.settings.as_str().into(),
        update.revision.as_str().into(),
        update.updated.into(),
    ];
    if tx.execute(UPDATE, &values).await? == 0 {
        return Ok(None);
    }
    add_revision(tx, &update.id, &update.revision, content, update.updated).await?;
    Ok(Some(()))
}

async fn add_revision(
    tx: &mut dyn Write,
    agent: &AgentId,
    revision: &RevisionId,
    content: &Content,
    now: Timestamp,
) -> Result<()> {
    let values = [
        agent.as_str().into(),
        revision.as_str().into(),
        content.bundle.as_str().into(),
        now.into(),
    ];
    tx.execute(ADD_REVISION, &values).await?;
    Ok(())
}

pub(super) async fn archive(
    tx: &mut dyn Write,
    project: &ProjectId,
    id: &AgentId,
    now: Timestamp,
) -> Result<bool> {
    let values = [id.as_str().into(), project.as_str().into(), now.into()];
    Ok(tx.execute(ARCHIVE, &values).await? == 1)
}

pub(super) async fn revision(
    read: &mut dyn Read,
    agent: &AgentId,
    revision: &RevisionId,
) -> Result<Option<Bundle>> {
    let values = [agent.as_str().into(), revision.as_str().into()];
    one(read, REVISION, &values, |row| row.json("bundle")).await
}

pub(super) async fn revisions(read: &mut dyn Read, agent: &AgentId) -> Result<Vec<RevisionInfo>> {
    all(read, REVISIONS, &[agent.as_str().into()], |row| {
        Ok(RevisionInfo {
            id: row.text("id")?.into(),
            number: row.int("number")?,
            created: row.time("created")?,
        })
    })
    .await
}

fn agent(row: &dyn Row) -> Result<Agent> {
    let settings: Settings = row.json("settings")?;
    Ok(Agent {
        id: row.text("id")?.into(),
        project: row.text("project_id")?.into(),
        slug: row.text("slug")?.to_owned(),
        name: settings.name,
        description: settings.description,
        format: settings.format,
        revision: row.text("revision_id")?.into(),
        created: row.time("created")?,
        updated: row.time("updated")?,
    })
}
