//! Whether a client wants the log to hold what is posted to models (CONTRACT 6).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::App;
use super::openapi::{Describe, Operation};

const TRACE_HEADER: &str = "x-octavus-trace";

/// Whether the header asks for it.
pub(crate) struct Trace(pub(crate) bool);

impl FromRequestParts<App> for Trace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let header = parts.headers.get(TRACE_HEADER);
        Ok(Self(header.is_some_and(|value| value == "true")))
    }
}

impl Describe for Trace {
    fn describe(operation: &mut Operation<'_>) {
        let mut schema = operation.input::<String>();
        let about = "`true`: the log's entries of model calls hold what was posted to the model.";
        if let Some(fields) = schema.as_object_mut() {
            fields.insert("description".into(), about.into());
        }
        operation.parameter("header", TRACE_HEADER, false, schema);
    }
}
