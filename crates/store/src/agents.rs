//! Agents and their revisions.

use domain::{AgentFormat, AgentId, Bundle, ProjectId, RevisionId, Timestamp};

/// An agent with the settings of its newest revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    pub project: ProjectId,
    pub slug: String,
    pub name: String,
    pub description: Option<String>,
    pub format: AgentFormat,
    pub revision: RevisionId,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// By what an agent is looked up. Archived agents are found by [`FindAgent::Ever`] alone.
#[derive(Clone, Copy, Debug)]
pub enum FindAgent<'a> {
    Id(&'a AgentId),
    Slug(&'a str),
    /// By its id, archived or not.
    Ever(&'a AgentId),
}

/// An agent to be stored with its first revision.
#[derive(Clone, Debug)]
pub struct NewAgent {
    pub id: AgentId,
    pub project: ProjectId,
    pub revision: RevisionId,
    pub bundle: Bundle,
    pub created: Timestamp,
}

/// A new content for an agent. The slug does not change.
#[derive(Clone, Debug)]
pub struct AgentUpdate {
    pub id: AgentId,
    pub project: ProjectId,
    pub revision: RevisionId,
    pub bundle: Bundle,
    pub updated: Timestamp,
}

/// A revision in the list of an agent's revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionInfo {
    pub id: RevisionId,
    /// 1 for the agent's first revision.
    pub number: i64,
    pub created: Timestamp,
}
