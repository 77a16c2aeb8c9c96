//! Whether the process is up, and whether it takes requests.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::App;
use crate::http::error::ApiError;
use crate::http::openapi::Api;

pub(in crate::http) fn routes(api: &mut Api) {
    api.resource("Health", "What a supervisor or a load balancer asks.")
        .get("/health", health, "Whether the process serves")
        .get("/ready", ready, "Whether it takes requests");
}

#[derive(Serialize, JsonSchema)]
struct Health {
    status: &'static str,
}

async fn health() -> axum::Json<Health> {
    axum::Json(Health { status: "ok" })
}

/// 503 while the server drains or its database takes no writes.
async fn ready(State(app): State<App>) -> Result<axum::Json<Health>, ApiError> {
    app.runtime.check_ready().await?;
    Ok(axum::Json(Health { status: "ready" }))
}
