//! Whether the process is up, and whether it takes requests.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use crate::http::App;
use crate::http::error::ApiError;

pub(in crate::http) fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
}

async fn health() -> axum::Json<Value> {
    axum::Json(json!({ "status": "ok" }))
}

/// 503 while the server drains or its database takes no writes.
async fn ready(State(app): State<App>) -> Result<axum::Json<Value>, ApiError> {
    app.runtime.check_ready().await?;
    Ok(axum::Json(json!({ "status": "ready" })))
}
