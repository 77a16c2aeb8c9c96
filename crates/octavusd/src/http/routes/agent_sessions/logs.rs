//! `GET /api/agent-sessions/:id/logs`

use axum::extract::State;
use domain::{LogRecord, SessionId, StoredLogEntry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ExpiredSession;
use crate::http::App;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::params::{Path, Query};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionLog {
    session_id: SessionId,
    /// The newest 3000, in order.
    entries: Vec<LogRow>,
    /// How many there are in all.
    total: u64,
    /// Whether `entries` are fewer than `total`.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct LogRow {
    id: String,
    timestamp: String,
    sequence: i64,
    #[serde(flatten)]
    entry: LogRecord,
}

/// The log of a session, as long as there is one.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum LogView {
    Expired(ExpiredSession),
    Log(SessionLog),
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogQuery {
    #[serde(default)]
    exclude_model_requests: bool,
}

pub(super) async fn get_logs(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Path(id): Path<SessionId>,
    Query(query): Query<LogQuery>,
) -> Result<axum::Json<LogView>, ApiError> {
    let (session, expired) = app.runtime.session(&key.project, &id).await?;
    if expired {
        return Ok(axum::Json(LogView::Expired(session.into())));
    }
    let page = app.runtime.log(&id, !query.exclude_model_requests).await?;
    let shown = page.entries.len() as u64;
    let entries = page.entries.into_iter();
    let entries = entries.map(|entry| LogRow::new(&id, entry)).collect();
    Ok(axum::Json(LogView::Log(SessionLog {
        session_id: id,
        entries,
        total: page.total,
        truncated: shown < page.total,
    })))
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
