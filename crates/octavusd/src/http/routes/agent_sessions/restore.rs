//! `POST /api/agent-sessions/:id/restore`

use axum::extract::State;
use domain::{CopiedMessage, JsonMap, SessionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::App;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::json::Json;
use crate::http::params::Path;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RestoreBody {
    /// The messages as `?format=ui` answered them, or as the client's chat holds them. Parts of an
    /// unknown type are ignored.
    messages: Vec<CopiedMessage>,
    /// Of the session, as when it was created.
    input: Option<JsonMap>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionRestored {
    session_id: SessionId,
    /// False where it was active: nothing has changed.
    restored: bool,
}

pub(super) async fn restore_session(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Path(id): Path<SessionId>,
    Json(body): Json<RestoreBody>,
) -> Result<axum::Json<SessionRestored>, ApiError> {
    let restored = app
        .runtime
        .restore_session(&key.project, &id, body.messages, body.input)
        .await?;
    Ok(axum::Json(SessionRestored {
        session_id: id,
        restored,
    }))
}
