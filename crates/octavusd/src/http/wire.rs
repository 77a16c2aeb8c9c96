//! Telling which wire shape a client reads (CONTRACT 2.2).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::wire::WireVersion;

use super::App;

/// The shape that this request's client reads.
pub(crate) struct Wire(pub(crate) WireVersion);

impl FromRequestParts<App> for Wire {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let header = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let looks_like_fetch =
            header("user-agent") == Some("node") || header("sec-fetch-mode") == Some("cors");
        Ok(Self(WireVersion::detect(
            header("x-octavus-sdk-version"),
            looks_like_fetch,
        )))
    }
}
