//! Reading the path and the query, with errors in the one shape of errors.

use axum::extract::{self, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::App;
use super::error::ApiError;
use super::openapi::{Describe, Operation};

/// What the braces of the path hold: one value, or a struct with a field for each.
pub(crate) struct Path<T>(pub(crate) T);

/// What stands behind the question mark. Names that nobody knows are ignored.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let path = extract::Path::from_request_parts(parts, app).await;
        path.map(|extract::Path(value)| Self(value))
            .map_err(|rejection| ApiError::validation(rejection.body_text()))
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let query = extract::Query::from_request_parts(parts, app).await;
        query
            .map(|extract::Query(value)| Self(value))
            .map_err(|rejection| ApiError::validation(rejection.body_text()))
    }
}

impl<T: JsonSchema> Describe for Path<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.input_fields::<T>();
        let names: Vec<&str> = operation.path_names().collect();
        for name in names {
            let field = schema
                .pointer(&format!("/properties/{name}"))
                .unwrap_or(&schema);
            operation.parameter("path", name, true, field.clone());
        }
        operation.fails(StatusCode::BAD_REQUEST);
        operation.fails(StatusCode::NOT_FOUND);
    }
}

impl<T: JsonSchema> Describe for Query<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.input_fields::<T>();
        let required = schema.get("required").and_then(Value::as_array);
        let fields = schema.get("properties").and_then(Value::as_object);
        for (name, field) in fields.into_iter().flatten() {
            let required = required.is_some_and(|names| names.contains(&name.as_str().into()));
            operation.parameter("query", name, required, field.clone());
        }
        operation.fails(StatusCode::BAD_REQUEST);
    }
}
