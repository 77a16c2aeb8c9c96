//! `/api/agents` (CONTRACT 1.1).

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use domain::{AgentFormat, AgentId, Bundle, PromptFile, ReferenceFile, Settings};
use protocol::Diagnostic;
use serde::{Deserialize, Serialize};
use store::{Agent, FindAgent};

use crate::http::App;
use crate::http::auth::{Agents, AgentsOrSessions, Authorized};
use crate::http::error::ApiError;
use crate::http::json::AgentJson;

pub(in crate::http) fn routes() -> Router<App> {
    Router::new()
        .route("/api/agents", get(list_agents).post(create_agent))
        .route("/api/agents/validate", post(validate_agent))
        .route(
            "/api/agents/{agent}",
            get(get_agent).patch(update_agent).delete(archive_agent),
        )
}

#[derive(Serialize)]
struct AgentList {
    agents: Vec<AgentRow>,
}

/// A row of the list. The SDK refuses a row without `projectId` or `description` (CONTRACT D4).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AgentRow {
    slug: String,
    id: AgentId,
    name: String,
    description: Option<String>,
    format: AgentFormat,
    created_at: String,
    updated_at: String,
    project_id: domain::ProjectId,
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

/// An agent's files. Here an absent description is left out (CONTRACT D4).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AgentView {
    id: AgentId,
    #[serde(flatten)]
    bundle: Bundle,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AgentChanged {
    agent_id: AgentId,
    message: &'static str,
}

#[derive(Serialize)]
struct Validation {
    valid: bool,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

/// How the agent in the path is named.
#[derive(Deserialize)]
struct AgentQuery {
    by: Option<String>,
}

/// A change: what is absent is kept, what is there replaces the whole.
#[derive(Deserialize)]
struct UpdateAgentBody {
    settings: Option<UpdateSettings>,
    protocol: Option<String>,
    prompts: Option<Vec<PromptFile>>,
    references: Option<Vec<ReferenceFile>>,
}

#[derive(Deserialize)]
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
    Path(agent): Path<String>,
    Query(query): Query<AgentQuery>,
) -> Result<axum::Json<AgentView>, ApiError> {
    let (agent, bundle) = find(&app, &key.project, &agent, &query).await?;
    Ok(axum::Json(AgentView {
        id: agent.id,
        bundle,
    }))
}

/// Always 200 for a well-formed body: the CLI shows the lists of no other answer (CONTRACT D25).
async fn validate_agent(
    _: Authorized<Agents>,
    AgentJson(bundle): AgentJson<Bundle>,
) -> axum::Json<Validation> {
    let compiled = protocol::compile(&bundle);
    let (errors, warnings) = compiled
        .diagnostics
        .into_iter()
        .partition(Diagnostic::is_error);
    axum::Json(Validation {
        valid: compiled.program.is_some(),
        errors,
        warnings,
    })
}

async fn create_agent(
    State(app): State<App>,
    key: Authorized<Agents>,
    AgentJson(bundle): AgentJson<Bundle>,
) -> Result<(StatusCode, axum::Json<AgentChanged>), ApiError> {
    let agent_id = app.runtime.create_agent(&key.project, bundle).await?;
    let changed = AgentChanged {
        agent_id,
        message: "agent created",
    };
    Ok((StatusCode::CREATED, axum::Json(changed)))
}

async fn update_agent(
    State(app): State<App>,
    key: Authorized<Agents>,
    Path(agent): Path<String>,
    Query(query): Query<AgentQuery>,
    AgentJson(body): AgentJson<UpdateAgentBody>,
) -> Result<axum::Json<AgentChanged>, ApiError> {
    let (agent, bundle) = find(&app, &key.project, &agent, &query).await?;
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
    Path(agent): Path<String>,
    Query(query): Query<AgentQuery>,
) -> Result<axum::Json<AgentChanged>, ApiError> {
    let (agent, _) = find(&app, &key.project, &agent, &query).await?;
    app.runtime
        .store()
        .archive_agent(&key.project, &agent.id, runtime::now())
        .await?;
    Ok(axum::Json(AgentChanged {
        agent_id: agent.id,
        message: "agent archived",
    }))
}

/// The agent of the path and its newest content.
async fn find(
    app: &App,
    project: &domain::ProjectId,
    name: &str,
    query: &AgentQuery,
) -> Result<(Agent, Bundle), ApiError> {
    let id = AgentId::from(name);
    let find = match query.by.as_deref() {
        None | Some("id") => FindAgent::Id(&id),
        Some("slug") => FindAgent::Slug(name),
        Some(other) => {
            return Err(ApiError::validation(format!(
                "`by` is `{other}`; write id or slug"
            )));
        }
    };
    let not_found = || ApiError::not_found(format!("agent `{name}` not found"));
    let store = app.runtime.store();
    let agent = store.agent(project, find).await?.ok_or_else(not_found)?;
    let bundle = store
        .revision(&agent.id, &agent.revision)
        .await?
        .ok_or_else(not_found)?;
    Ok((agent, bundle))
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
