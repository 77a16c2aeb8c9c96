//! `POST /api/agent-sessions/:id/trigger`

use axum::extract::State;
use domain::{ExecutionId, JsonMap, MessageId, Sender, SessionId, ToolAnswer, ToolSchema};
use runtime::{ContinueRequest, LegOptions, Rollback, TriggerRequest};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::http::App;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::json::Json;
use crate::http::params::Path;
use crate::http::sse::Events;
use crate::http::trace::Trace;
use crate::http::wire::Wire;

/// The one body of three requests: a trigger, a continuation by an SDK that repeats the trigger, and a
/// plain continuation.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TriggerBody {
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

pub(super) async fn trigger_session(
    State(app): State<App>,
    key: Authorized<Sessions>,
    wire: Wire,
    Trace(trace): Trace,
    Path(id): Path<SessionId>,
    Json(body): Json<TriggerBody>,
) -> Result<Events, ApiError> {
    let wire = wire.of(&key);
    let options = LegOptions { wire, trace };
    let reader = match body.into_request()? {
        Request::Trigger(request) => {
            app.runtime
                .trigger(&key.project, &id, request, options)
                .await?
        }
        Request::Continue(request) => {
            app.runtime
                .resume(&key.project, &id, request, options)
                .await?
        }
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
