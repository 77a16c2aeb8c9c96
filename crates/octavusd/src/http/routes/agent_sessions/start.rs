//! `POST /api/agent-sessions/start`

use axum::extract::State;
use domain::{JsonMap, Sender, ToolSchema};
use runtime::{LegOptions, StartRequest, TriggerRequest};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::App;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::json::Json;
use crate::http::sse::{Events, InSession};
use crate::http::trace::Trace;
use crate::http::wire::Wire;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartBody {
    /// An id or a slug.
    agent_id: String,
    trigger: FirstTrigger,
    /// Of the session.
    input: Option<JsonMap>,
    /// A repeat under the same key never makes a second session. Known for a day.
    #[schemars(length(min = 1, max = 255))]
    idempotency_key: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FirstTrigger {
    trigger_name: String,
    input: Option<JsonMap>,
    sender: Option<Sender>,
    /// The tools that the client has.
    dynamic_tool_schemas: Option<Vec<ToolSchema>>,
}

pub(super) async fn start_session(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Trace(trace): Trace,
    Json(body): Json<StartBody>,
) -> Result<InSession, ApiError> {
    let request = StartRequest {
        agent: body.agent_id,
        input: body.input.unwrap_or_default(),
        trigger: TriggerRequest {
            name: body.trigger.trigger_name,
            input: body.trigger.input.unwrap_or_default(),
            sender: body.trigger.sender,
            rollback: None,
            dynamic_tools: body.trigger.dynamic_tool_schemas,
        },
        key: body.idempotency_key,
    };
    let options = LegOptions {
        wire: Wire::current(&key),
        trace,
    };
    let started = app.runtime.start(&key.project, request, options);
    let (session, reader) = started.await?;
    Ok(InSession(session, Events(reader)))
}
