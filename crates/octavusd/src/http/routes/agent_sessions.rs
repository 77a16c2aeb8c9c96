//! `/api/agent-sessions` (CONTRACT 1.2).

use axum::extract::State;
use axum::http::StatusCode;
use domain::{
    AgentId, ChatMessage, ExecutionId, FileReference, JsonMap, LogEntry, MessageId, PartBody,
    Sender, SessionId, StoredLogEntry, ToolAnswer, ToolSchema, UiMessage,
};
use runtime::{AgentRef, ContinueRequest, Rollback, TriggerRequest};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use store::Session;

use crate::http::App;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::json::Json;
use crate::http::openapi::{About, Api};
use crate::http::params::{Path, Query};
use crate::http::sse::Events;
use crate::http::wire::Wire;

pub(in crate::http) fn routes(api: &mut Api) {
    let create = About::from("Create a session")
        .fails(StatusCode::NOT_FOUND)
        .example(json!({ "agentId": "assistant", "input": {} }))
        .leads_to(OF_ONE_SESSION, "session", "sessionId");
    let trigger = About::from("Run a trigger, or go on with tool results")
        .fails(StatusCode::TOO_MANY_REQUESTS)
        .example(json!({ "triggerName": "user-message", "input": { "USER_MESSAGE": "Hello" } }));
    let logs = "Read what happened in a session";
    api.resource("Sessions", "Conversations with an agent.")
        .post("/api/agent-sessions", create_session, create)
        .get(
            "/api/agent-sessions/{session}",
            get_session,
            "Read a session",
        )
        .get("/api/agent-sessions/{session}/logs", get_logs, logs)
        .post(
            "/api/agent-sessions/{session}/trigger",
            trigger_session,
            trigger,
        );
}

const OF_ONE_SESSION: &[&str] = &["getSession", "getLogs", "triggerSession"];

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

// No other answer may carry this status (CONTRACT 1.2).
/// A session that is no more.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExpiredSession {
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

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SessionLog {
    session_id: SessionId,
    entries: Vec<LogRow>,
}

#[derive(Serialize, JsonSchema)]
struct LogRow {
    id: String,
    timestamp: String,
    sequence: i64,
    #[serde(flatten)]
    entry: LogEntry,
}

/// A session in one of its shapes.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum SessionView {
    Expired(ExpiredSession),
    Chat(ChatSession),
    Ui(UiSession),
}

/// The log of a session, as long as there is one.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum LogView {
    Expired(ExpiredSession),
    Log(SessionLog),
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

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LogQuery {
    #[serde(default)]
    exclude_model_requests: bool,
}

/// The one body of three requests: a trigger, a continuation by an SDK that repeats the trigger, and a
/// plain continuation.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TriggerBody {
    trigger_name: Option<String>,
    input: Option<JsonMap>,
    /// Absent, null and a message are three different things.
    #[serde(default, deserialize_with = "present")]
    rollback_after_message_id: Option<Option<MessageId>>,
    sender: Option<Sender>,
    execution_id: Option<ExecutionId>,
    tool_results: Option<Vec<ToolAnswer>>,
    /// The tools that the client has from now on, in place of those that it named before.
    dynamic_tool_schemas: Option<Vec<ToolSchema>>,
}

/// Tells a field that is null from one that is absent.
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<MessageId>>, D::Error> {
    Option::deserialize(value).map(Some)
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
    Wire(wire): Wire,
    Path(id): Path<SessionId>,
    Query(query): Query<SessionQuery>,
) -> Result<axum::Json<SessionView>, ApiError> {
    let (session, expired) = app.runtime.session(&key.project, &id).await?;
    if expired {
        return Ok(axum::Json(SessionView::Expired(session.into())));
    }
    let mut view = app.runtime.view(session).await?;
    renew_file_urls(&app, &mut view).await?;
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

async fn get_logs(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Path(id): Path<SessionId>,
    Query(query): Query<LogQuery>,
) -> Result<axum::Json<LogView>, ApiError> {
    let (session, expired) = app.runtime.session(&key.project, &id).await?;
    if expired {
        return Ok(axum::Json(LogView::Expired(session.into())));
    }
    let entries = app.runtime.log(&id).await?.into_iter();
    let entries = entries
        .filter(|entry| !(query.exclude_model_requests && entry.entry.body.is_model_request()))
        .map(|entry| LogRow::new(&id, entry))
        .collect();
    Ok(axum::Json(LogView::Log(SessionLog {
        session_id: id,
        entries,
    })))
}

async fn trigger_session(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Wire(wire): Wire,
    Path(id): Path<SessionId>,
    Json(body): Json<TriggerBody>,
) -> Result<Events, ApiError> {
    let reader = match body.into_request()? {
        Request::Trigger(request) => {
            app.runtime
                .trigger(&key.project, &id, request, wire)
                .await?
        }
        Request::Continue(request) => app.runtime.resume(&key.project, &id, request, wire).await?,
    };
    Ok(Events(reader))
}

enum Request {
    Trigger(TriggerRequest),
    Continue(ContinueRequest),
}

impl TriggerBody {
    /// An execution id, or results that are not empty, make a continuation; then all else is a repeat
    /// of the trigger and ignored (CONTRACT 1.2).
    fn into_request(self) -> Result<Request, ApiError> {
        let results = self.tool_results.unwrap_or_default();
        if self.execution_id.is_some() || !results.is_empty() {
            return Ok(Request::Continue(ContinueRequest {
                execution: self.execution_id,
                results,
                dynamic_tools: self.dynamic_tool_schemas,
            }));
        }
        let name = self.trigger_name.ok_or_else(|| {
            ApiError::validation("send `triggerName`, or `executionId` and `toolResults`")
        })?;
        Ok(Request::Trigger(TriggerRequest {
            name,
            input: self.input.unwrap_or_default(),
            sender: self.sender,
            rollback: self.rollback_after_message_id.map(|after| match after {
                Some(message) => Rollback::After(message),
                None => Rollback::ToStart,
            }),
            dynamic_tools: self.dynamic_tool_schemas,
        }))
    }
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

impl LogRow {
    fn new(session: &SessionId, stored: StoredLogEntry) -> Self {
        Self {
            id: format!("{session}-{}", stored.seq),
            timestamp: stored.created.to_rfc3339(),
            sequence: stored.seq,
            entry: stored.entry,
        }
    }
}
