//! `/api/agent-sessions` (CONTRACT 1.2).

mod logs;
mod restore;
mod start;
mod trigger;

use axum::extract::State;
use axum::http::StatusCode;
use domain::{AgentId, ChatMessage, FileReference, JsonMap, PartBody, SessionId, UiMessage};
use runtime::AgentRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Session;

use crate::http::App;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::json::Json;
use crate::http::openapi::{About, Api};
use crate::http::params::{Path, Query};
use crate::http::wire::Wire;

pub(in crate::http) fn routes(api: &mut Api) {
    let create = About::from("Create a session")
        .fails(StatusCode::NOT_FOUND)
        .example(json!({ "agentId": "assistant", "input": {} }))
        .leads_to(OF_ONE_SESSION, "session", "sessionId");
    let trigger = About::from("Run a trigger, or go on with tool results")
        .fails(StatusCode::TOO_MANY_REQUESTS)
        .example(json!({ "triggerName": "user-message", "input": { "USER_MESSAGE": "Hello" } }));
    let start = About::from("Create a session and run its first trigger")
        .fails(StatusCode::NOT_FOUND)
        .fails(StatusCode::CONFLICT)
        .fails(StatusCode::TOO_MANY_REQUESTS)
        .example(json!({
            "agentId": "assistant",
            "trigger": { "triggerName": "user-message", "input": { "USER_MESSAGE": "Hello" } },
        }));
    let restore = About::from("Bring an expired session back from a copy of its messages").example(
        json!({ "messages": [{
            "id": "1", "role": "user", "status": "done", "createdAt": "2026-01-15T10:30:00.000Z",
            "parts": [{ "type": "text", "text": "Hello", "status": "done" }],
        }] }),
    );
    let logs = "Read what happened in a session";
    api.resource("Sessions", "Conversations with an agent.")
        .post("/api/agent-sessions", create_session, create)
        .post("/api/agent-sessions/start", start::start_session, start)
        .get(
            "/api/agent-sessions/{session}",
            get_session,
            "Read a session",
        )
        .delete(
            "/api/agent-sessions/{session}",
            clear_session,
            "End a session; only its id is kept",
        )
        .post(
            "/api/agent-sessions/{session}/restore",
            restore::restore_session,
            restore,
        )
        .get("/api/agent-sessions/{session}/logs", logs::get_logs, logs)
        .post(
            "/api/agent-sessions/{session}/trigger",
            trigger::trigger_session,
            trigger,
        );
}

const OF_ONE_SESSION: &[&str] = &[
    "getSession",
    "clearSession",
    "restoreSession",
    "getLogs",
    "triggerSession",
];

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CreateSessionBody {
    agent_id: String,
    input: Option<JsonMap>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SessionCreated {
    session_id: SessionId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SessionCleared {
    session_id: SessionId,
    /// False where it had ended before.
    cleared: bool,
}

// No other answer may carry this status (CONTRACT 1.2).
/// A session that is no more.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExpiredSession {
    session_id: SessionId,
    agent_id: AgentId,
    #[schemars(extend("const" = "expired"))]
    status: &'static str,
    created_at: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ChatSession {
    id: SessionId,
    agent_id: AgentId,
    input: JsonMap,
    variables: JsonMap,
    resources: JsonMap,
    messages: Vec<ChatMessage>,
    #[schemars(extend("const" = "active"))]
    status: &'static str,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UiSession {
    session_id: SessionId,
    agent_id: AgentId,
    messages: Vec<UiMessage>,
    #[schemars(extend("const" = "active"))]
    status: &'static str,
}

/// A session in one of its shapes.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum SessionView {
    Expired(ExpiredSession),
    Chat(ChatSession),
    Ui(UiSession),
}

#[derive(Deserialize, JsonSchema)]
struct SessionQuery {
    /// `ui`: what a user may see, instead of every message in full.
    #[serde(default)]
    format: Format,
}

#[derive(Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Format {
    #[default]
    #[serde(skip)]
    Full,
    Ui,
}

async fn create_session(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Json(body): Json<CreateSessionBody>,
) -> Result<axum::Json<SessionCreated>, ApiError> {
    let agent = AgentRef(&body.agent_id);
    let input = body.input.unwrap_or_default();
    let session_id = app
        .runtime
        .create_session(&key.project, agent, input)
        .await?;
    Ok(axum::Json(SessionCreated { session_id }))
}

async fn get_session(
    State(app): State<App>,
    key: Authorized<Sessions>,
    wire: Wire,
    Path(id): Path<SessionId>,
    Query(query): Query<SessionQuery>,
) -> Result<axum::Json<SessionView>, ApiError> {
    let (session, expired) = app.runtime.session(&key.project, &id).await?;
    if expired {
        return Ok(axum::Json(SessionView::Expired(session.into())));
    }
    let mut view = app.runtime.view(session).await?;
    renew_file_urls(&app, &mut view).await?;
    let wire = wire.of(&key);
    if query.format == Format::Ui {
        let (session_id, agent_id) = (view.session.id.clone(), view.session.agent.clone());
        let messages = wire.ui_messages(view.into_ui());
        let session = UiSession {
            session_id,
            agent_id,
            messages,
            status: "active",
        };
        return Ok(axum::Json(SessionView::Ui(session)));
    }
    let messages = wire.chat_messages(std::mem::take(&mut view.messages));
    let session = ChatSession::new(view.session, messages);
    Ok(axum::Json(SessionView::Chat(session)))
}

async fn clear_session(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Path(id): Path<SessionId>,
) -> Result<axum::Json<SessionCleared>, ApiError> {
    let cleared = app.runtime.clear_session(&key.project, &id).await?;
    Ok(axum::Json(SessionCleared {
        session_id: id,
        cleared,
    }))
}

/// The URLs of the session's own files are good for a day from now; those of others are not touched.
async fn renew_file_urls(app: &App, view: &mut runtime::SessionView) -> Result<(), ApiError> {
    let parts = view
        .messages
        .iter_mut()
        .flat_map(|message| &mut message.parts);
    let mut references: Vec<&mut FileReference> = parts
        .filter_map(|part| {
            let PartBody::File { file } = &mut part.body else {
                return None;
            };
            Some(&mut file.file)
        })
        .collect();
    if references.is_empty() {
        return Ok(());
    }
    let files = app.runtime.session_files(&view.session.id).await?;
    let (now, life) = (runtime::now(), app.runtime.limits().download_url_life);
    for reference in &mut references {
        if let Some(file) = files.iter().find(|file| file.id.as_str() == reference.id) {
            reference.url = app.file_urls.download(file, now.plus(life));
        }
    }
    Ok(())
}

impl From<Session> for ExpiredSession {
    fn from(session: Session) -> Self {
        Self {
            session_id: session.id,
            agent_id: session.agent,
            status: "expired",
            created_at: session.created.to_rfc3339(),
        }
    }
}

impl ChatSession {
    fn new(session: Session, messages: Vec<ChatMessage>) -> Self {
        Self {
            id: session.id,
            agent_id: session.agent,
            input: session.state.input,
            variables: session.state.variables,
            resources: session.state.resources,
            messages,
            status: "active",
            created_at: session.created.to_rfc3339(),
            updated_at: session.updated.to_rfc3339(),
        }
    }
}
