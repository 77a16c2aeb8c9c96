//! The API's description of itself.

use std::sync::Arc;

use axum::extract::State;
use serde_json::Value;

use crate::http::App;
use crate::http::openapi::Api;

pub(in crate::http) fn routes(api: &mut Api) {
    api.resource("Description", "The API, described by itself.")
        .get("/openapi.json", get_document, "This document");
}

async fn get_document(State(app): State<App>) -> axum::Json<Arc<Value>> {
    axum::Json(app.document)
}
