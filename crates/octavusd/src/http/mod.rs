//! The HTTP API. A handler parses, calls, answers; what it may do is in its extractor's type.
//!
//! To add an endpoint: a function in `routes/<resource>.rs` and a line in that file's `routes()`, which
//! serves it and puts it into the OpenAPI document.

mod answer;
mod auth;
mod cors;
mod error;
mod figures;
mod file_answer;
mod file_urls;
mod json;
mod openapi;
mod params;
mod routes;
mod sse;
mod trace;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware;
use axum::routing::IntoMakeService;
use bytes::Bytes;
use runtime::Runtime;
use serde_json::Value;
use tower::Layer as _;
use tower::util::{MapRequest, MapRequestLayer};

use auth::KeyCache;
use error::ApiError;
pub use file_urls::FileUrls;
use openapi::Api;

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) runtime: Runtime,
    pub(crate) keys: Arc<KeyCache>,
    pub(crate) file_urls: FileUrls,
    /// The OpenAPI document.
    pub(crate) document: Arc<Value>,
    /// The same for people, as HTML.
    pub(crate) page: Bytes,
}

/// Every route of the API.
fn api() -> Api {
    let mut api = Api::default();
    routes::agents::routes(&mut api);
    routes::agent_sessions::routes(&mut api);
    routes::files::routes(&mut api);
    routes::health::routes(&mut api);
    routes::docs::routes(&mut api);
    routes::schemas::routes(&mut api);
    api
}

/// The OpenAPI document of the API.
#[must_use]
pub fn document() -> Value {
    api().finish().1
}

/// The router behind the change of the path.
type Service = MapRequest<Router, fn(Request) -> Request>;

/// The whole API, to be served.
#[must_use]
pub fn service(runtime: Runtime, file_urls: FileUrls) -> IntoMakeService<Service> {
    let (router, document) = api().finish();
    let app = App {
        runtime,
        keys: Arc::default(),
        file_urls,
        page: openapi::page(&document).into(),
        document: Arc::new(document),
    };
    let router = router
        .fallback(|| async { ApiError::not_found("there is nothing at this address") })
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(middleware::from_fn(error::report))
        .layer(middleware::from_fn(cors::for_files))
        .layer(middleware::from_fn_with_state(
            figures::Responses::new(),
            figures::count,
        ))
        .with_state(app);
    // Outside the router, since the path has to change before a route is chosen by it.
    let service = MapRequestLayer::new(fold_slashes as fn(Request) -> Request).layer(router);
    axum::ServiceExt::<Request>::into_make_service(service)
}

/// The CLI joins a base URL that ends in a slash to a path that begins with one (CONTRACT 1.0).
fn fold_slashes(mut request: Request) -> Request {
    let uri = request.uri();
    if let Some(folded) = uri
        .path_and_query()
        .filter(|path| path.as_str().starts_with("//"))
    {
        let path = format!("/{}", folded.as_str().trim_start_matches('/'));
        let mut parts = uri.clone().into_parts();
        if let Ok(path) = path.parse::<PathAndQuery>() {
            parts.path_and_query = Some(path);
        }
        if let Ok(folded) = Uri::from_parts(parts) {
            *request.uri_mut() = folded;
        }
    }
    request
}
