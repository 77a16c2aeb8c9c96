//! `/api/agents` (CONTRACT 1.1).

mod execute;

use axum::extract::State;
use axum::http::StatusCode;
use domain::{
    AgentFormat, AgentId, Bundle, ProjectId, PromptFile, ReferenceFile, RevisionId, Settings,
};
use protocol::Diagnostic;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Agent, FindAgent, RevisionInfo};

use crate::http::App;
use crate::http::answer::Created;
use crate::http::auth::{Agents, AgentsOrSessions, Authorized};
use crate::http::error::ApiError;
use crate::http::json::AgentJson;
use crate::http::openapi::{About, Api};
use crate::http::params::{Path, Query};

pub(in crate::http) fn routes(api: &mut Api) {
    let create = About::from("Create an agent")
        .fails(StatusCode::CONFLICT)
        .example(example())
        .leads_to(OF_ONE_AGENT, "agent", "agentId");
    let validate = About::from("Compile an agent without storing it").example(example());
    let update = About::from("Change an agent").example(json!({ "settings": { "name": "Guide" } }));
    let revisions = "List the revisions of an agent";
    api.resource(
        "Agents",
        "Definitions of agents. Every change makes a new revision.",
    )
    .get("/api/agents", list_agents, "List the agents of the project")
    .post("/api/agents", create_agent, create)
    .post("/api/agents/validate", validate_agent, validate)
    .get(
        "/api/agents/{agent}",
        get_agent,
        "Read the files of an agent",
    )
    .patch("/api/agents/{agent}", update_agent, update)
    .delete("/api/agents/{agent}", archive_agent, "Archive an agent")
    .get("/api/agents/{agent}/revisions", list_revisions, revisions)
    .post(
        "/api/agents/{agent}/execute",
        execute::execute_worker,
        "Run a worker",
    );
}

const OF_ONE_AGENT: &[&str] = &["getAgent", "updateAgent", "archiveAgent", "listRevisions"];

/// The smallest agent that talks.
fn example() -> Value {
    json!({
        "settings": { "slug": "assistant", "name": "Assistant", "format": "interactive" },
        "protocol": include_str!("agents/example.yaml"),
        "prompts": [
            { "name": "system", "content": "Be brief." },
            { "name": "text", "content": "{{USER_MESSAGE}}" },
        ],
    })
}

#[derive(Serialize, JsonSchema)]
struct AgentList {
    agents: Vec<AgentRow>,
}

// The SDK refuses a row without `projectId` or `description` (CONTRACT D4).
/// An agent in the list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AgentRow {
    slug: String,
    id: AgentId,
    name: String,
    description: Option<String>,
    format: AgentFormat,
    created_at: String,
    updated_at: String,
    project_id: ProjectId,
}

impl From<Agent> for AgentRow {
    fn from(agent: Agent) -> Self {
        Self {
            slug: agent.slug,
            id: agent.id,
            name: agent.name,
            description: agent.description,
            format: agent.format,
            created_at: agent.created.to_rfc3339(),
            updated_at: agent.updated.to_rfc3339(),
            project_id: agent.project,
        }
    }
}

// Unlike in the list, an absent description is left out here (CONTRACT D4).
/// An agent's files.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AgentView {
    id: AgentId,
    #[serde(flatten)]
    bundle: Bundle,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AgentChanged {
    agent_id: AgentId,
    message: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct RevisionList {
    /// The newest first.
    revisions: Vec<RevisionRow>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RevisionRow {
    id: RevisionId,
    /// Counted from 1.
    number: i64,
    created_at: String,
    /// Whether new sessions begin with it.
    current: bool,
}

#[derive(Serialize, JsonSchema)]
struct Validation {
    valid: bool,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

/// How the agent in the path is named.
#[derive(Deserialize, JsonSchema)]
struct AgentQuery {
    /// What the path holds; an id where this is left out.
    #[serde(default)]
    by: By,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum By {
    #[default]
    Id,
    Slug,
}

/// The id of an agent, or its slug.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct AgentName(String);

/// A change: what is absent is kept, what is there replaces the whole.
#[derive(Deserialize, JsonSchema)]
struct UpdateAgentBody {
    settings: Option<UpdateSettings>,
    protocol: Option<String>,
    prompts: Option<Vec<PromptFile>>,
    references: Option<Vec<ReferenceFile>>,
}

#[derive(Deserialize, JsonSchema)]
struct UpdateSettings {
    slug: Option<String>,
    name: Option<String>,
    description: Option<String>,
    format: Option<AgentFormat>,
}

async fn list_agents(
    State(app): State<App>,
    key: Authorized<AgentsOrSessions>,
) -> Result<axum::Json<AgentList>, ApiError> {
    let agents = app.runtime.store().agents(&key.project).await?;
    Ok(axum::Json(AgentList {
        agents: agents.into_iter().map(AgentRow::from).collect(),
    }))
}

async fn get_agent(
    State(app): State<App>,
    key: Authorized<AgentsOrSessions>,
    Path(agent): Path<AgentName>,
    Query(query): Query<AgentQuery>,
) -> Result<axum::Json<AgentView>, ApiError> {
    let agent = find(&app, &key.project, &agent, &query).await?;
    let bundle = content(&app, &agent).await?;
    Ok(axum::Json(AgentView {
        id: agent.id,
        bundle,
    }))
}

/// Always 200 for a well-formed body: the CLI shows the lists of no other answer (CONTRACT D25).
async fn validate_agent(
    State(app): State<App>,
    key: Authorized<Agents>,
    AgentJson(bundle): AgentJson<Bundle>,
) -> Result<axum::Json<Validation>, ApiError> {
    let compiled = app.runtime.check_agent(&key.project, &bundle).await?;
    let (errors, warnings) = compiled
        .diagnostics
        .into_iter()
        .partition(Diagnostic::is_error);
    Ok(axum::Json(Validation {
        valid: compiled.program.is_some(),
        errors,
        warnings,
    }))
}

async fn create_agent(
    State(app): State<App>,
    key: Authorized<Agents>,
    AgentJson(bundle): AgentJson<Bundle>,
) -> Result<Created<AgentChanged>, ApiError> {
    let agent_id = app.runtime.create_agent(&key.project, bundle).await?;
    Ok(Created(AgentChanged {
        agent_id,
        message: "agent created",
    }))
}

async fn update_agent(
    State(app): State<App>,
    key: Authorized<Agents>,
    Path(agent): Path<AgentName>,
    Query(query): Query<AgentQuery>,
    AgentJson(body): AgentJson<UpdateAgentBody>,
) -> Result<axum::Json<AgentChanged>, ApiError> {
    let agent = find(&app, &key.project, &agent, &query).await?;
    let bundle = content(&app, &agent).await?;
    let bundle = body.apply(bundle)?;
    app.runtime
        .update_agent(&key.project, &agent.id, bundle)
        .await?;
    Ok(axum::Json(AgentChanged {
        agent_id: agent.id,
        message: "agent updated",
    }))
}

async fn archive_agent(
    State(app): State<App>,
    key: Authorized<Agents>,
    Path(agent): Path<AgentName>,
    Query(query): Query<AgentQuery>,
) -> Result<axum::Json<AgentChanged>, ApiError> {
    let agent = find(&app, &key.project, &agent, &query).await?;
    app.runtime
        .store()
        .archive_agent(&key.project, &agent.id, runtime::now())
        .await?;
    Ok(axum::Json(AgentChanged {
        agent_id: agent.id,
        message: "agent archived",
    }))
}

async fn list_revisions(
    State(app): State<App>,
    key: Authorized<AgentsOrSessions>,
    Path(agent): Path<AgentName>,
    Query(query): Query<AgentQuery>,
) -> Result<axum::Json<RevisionList>, ApiError> {
    let agent = find(&app, &key.project, &agent, &query).await?;
    let revisions = app.runtime.store().revisions(&agent.id).await?;
    let row = |revision: RevisionInfo| RevisionRow {
        current: revision.id == agent.revision,
        id: revision.id,
        number: revision.number,
        created_at: revision.created.to_rfc3339(),
    };
    Ok(axum::Json(RevisionList {
        revisions: revisions.into_iter().map(row).collect(),
    }))
}

/// The agent of the path.
async fn find(
    app: &App,
    project: &ProjectId,
    AgentName(name): &AgentName,
    query: &AgentQuery,
) -> Result<Agent, ApiError> {
    let id = AgentId::from(name.as_str());
    let find = match query.by {
        By::Id => FindAgent::Id(&id),
        By::Slug => FindAgent::Slug(name),
    };
    let agent = app.runtime.store().agent(project, find).await?;
    agent.ok_or_else(|| ApiError::not_found(format!("agent `{name}` not found")))
}

/// An agent's newest content.
async fn content(app: &App, agent: &Agent) -> Result<Bundle, ApiError> {
    let bundle = app
        .runtime
        .store()
        .revision(&agent.id, &agent.revision)
        .await?;
    bundle.ok_or_else(|| ApiError::not_found(format!("agent `{}` not found", agent.id)))
}

impl UpdateAgentBody {
    fn apply(self, bundle: Bundle) -> Result<Bundle, ApiError> {
        Ok(Bundle {
            settings: match self.settings {
                Some(settings) => settings.apply(bundle.settings)?,
                None => bundle.settings,
            },
            protocol: self.protocol.unwrap_or(bundle.protocol),
            prompts: self.prompts.unwrap_or(bundle.prompts),
            references: self.references.unwrap_or(bundle.references),
        })
    }
}

impl UpdateSettings {
    fn apply(self, settings: Settings) -> Result<Settings, ApiError> {
        if self.slug.is_some_and(|slug| slug != settings.slug) {
            return Err(ApiError::validation(
                "the slug of an agent cannot be changed",
            ));
        }
        Ok(Settings {
            slug: settings.slug,
            name: self.name.unwrap_or(settings.name),
            description: self.description.or(settings.description),
            format: self.format.unwrap_or(settings.format),
        })
    }
}
