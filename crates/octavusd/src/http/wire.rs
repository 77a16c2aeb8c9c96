//! Telling which wire shape a client reads (CONTRACT 2.2).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::wire::WireVersion;

use super::App;
use super::auth::Authorized;
use super::openapi::{Describe, Operation};

const VERSION_HEADER: &str = "x-octavus-sdk-version";

/// The shape that a request speaks of.
pub(crate) struct Wire(WireVersion);

impl Wire {
    /// The shape of an answer to the clients of a key.
    pub(crate) fn of<R>(&self, key: &Authorized<R>) -> WireVersion {
        key.wire.or(self.0)
    }

    /// The shape of an answer at an address that only clients of the current version know.
    pub(crate) fn current<R>(key: &Authorized<R>) -> WireVersion {
        key.wire.or(WireVersion::V4)
    }
}

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
            header(VERSION_HEADER),
            looks_like_fetch,
        )))
    }
}

impl Describe for Wire {
    fn describe(operation: &mut Operation<'_>) {
        let mut schema = operation.input::<String>();
        let about =
            "4 or more: the current shapes. A JavaScript `fetch` without it reads older ones.";
        if let Some(fields) = schema.as_object_mut() {
            fields.insert("description".into(), about.into());
        }
        operation.parameter("header", VERSION_HEADER, false, schema);
    }
}
