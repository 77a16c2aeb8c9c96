//! `POST /api/agents/:id/execute` (CONTRACT 1.4): one run of a worker.

use axum::extract::State;
use domain::{ExecutionId, JsonMap, ToolAnswer, ToolSchema};
use runtime::{AgentRef, LegOptions, RunRequest};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::App;
use crate::http::auth::{Authorized, Sessions};
use crate::http::error::ApiError;
use crate::http::json::Json;
use crate::http::params::Path;
use crate::http::sse::Events;
use crate::http::trace::Trace;
use crate::http::wire::Wire;

#[derive(Deserialize, JsonSchema)]
#[serde(
    tag = "type",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub(super) enum ExecuteBody {
    /// Begins a run.
    Start {
        input: Option<JsonMap>,
        /// The tools that the client has, for the whole run.
        dynamic_tool_schemas: Option<Vec<ToolSchema>>,
    },
    /// Goes on with a run that waits for the results of tools.
    Continue {
        execution_id: ExecutionId,
        tool_results: Vec<ToolAnswer>,
    },
}

/// The agent is named by its id, or by its slug.
pub(super) async fn execute_worker(
    State(app): State<App>,
    key: Authorized<Sessions>,
    Trace(trace): Trace,
    Path(agent): Path<String>,
    Json(body): Json<ExecuteBody>,
) -> Result<Events, ApiError> {
    let worker = AgentRef(&agent);
    let options = LegOptions {
        wire: Wire::current(&key),
        trace,
    };
    let runtime = &app.runtime;
    let reader = match body {
        ExecuteBody::Start {
            input,
            dynamic_tool_schemas,
        } => {
            let request = RunRequest {
                input: input.unwrap_or_default(),
                dynamic_tools: dynamic_tool_schemas,
            };
            runtime
                .execute(&key.project, worker, request, options)
                .await
        }
        ExecuteBody::Continue {
            execution_id,
            tool_results,
        } => {
            let run = &execution_id;
            runtime
                .resume_run(&key.project, worker, run, tool_results, options)
                .await
        }
    };
    Ok(Events(reader?))
}
