//! Reading JSON bodies: a limit, and errors that say where the body is wrong.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::App;
use super::error::ApiError;
use super::openapi::{Describe, Operation};

/// A body of at most the request limit. The content type is not asked: clients send what they like.
pub(crate) struct Json<T>(pub(crate) T);

/// A body of at most the limit for agents.
pub(crate) struct AgentJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        read(request, app.runtime.limits().request_body_bytes)
            .await
            .map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for AgentJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        read(request, app.runtime.limits().agent_body_bytes)
            .await
            .map(Self)
    }
}

impl<T: JsonSchema> Describe for Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.takes_json::<T>();
    }
}

impl<T: JsonSchema> Describe for AgentJson<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.takes_json::<T>();
    }
}

async fn read<T: DeserializeOwned>(request: Request, limit: usize) -> Result<T, ApiError> {
    let body = to_bytes(request.into_body(), limit)
        .await
        .map_err(|error| {
            use std::error::Error as _;
            match error
                .source()
                .is_some_and(|source| source.to_string().contains("length limit"))
            {
                true => ApiError::too_large(limit),
                false => ApiError::validation("the body could not be read"),
            }
        })?;
    let mut json = serde_json::Deserializer::from_slice(&body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        ApiError::validation(match path.as_str() {
            "." => format!("the body is not right: {cause}"),
            path => format!("the body is not right at `{path}`: {cause}"),
        })
    })?;
    json.end()
        .map_err(|error| ApiError::validation(format!("the body is not right: {error}")))?;
    Ok(value)
}
