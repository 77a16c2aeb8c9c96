//! The API's description of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use bytes::Bytes;
use serde_json::Value;

use crate::http::App;
use crate::http::openapi::Api;

pub(in crate::http) fn routes(api: &mut Api) {
    api.resource("Description", "The API, described by itself.")
        .get("/openapi.json", get_document, "Read it as OpenAPI 3.1")
        .get("/docs", get_page, "Read it as a page");
}

async fn get_document(State(app): State<App>) -> axum::Json<Arc<Value>> {
    axum::Json(app.document)
}

async fn get_page(State(app): State<App>) -> Html<Bytes> {
    Html(app.page)
}
