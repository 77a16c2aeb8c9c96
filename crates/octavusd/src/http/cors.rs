//! Letting pages of any origin upload and download files. Such a URL carries its own right and no cookie
//! or key of the browser, so an origin has nothing to add to it; the API itself is for servers.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::file_urls;

/// Answers the question of a browser before an upload, and lets it read the answers of files.
pub(crate) async fn for_files(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(file_urls::PATH) {
        return next.run(request).await;
    }
    let mut response = match *request.method() {
        Method::OPTIONS => preflight(),
        _ => next.run(request).await,
    };
    allow(response.headers_mut());
    response
}

fn allow(headers: &mut HeaderMap) {
    let exposed = HeaderValue::from_static("content-disposition, content-range, etag");
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, PUT"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, range"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
