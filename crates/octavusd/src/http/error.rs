//! The one shape of errors, and the one place that logs them.
//!
//! Inside the crate a handler returns [`ApiError`]; below it every crate has an error of its own, which
//! becomes one here and nowhere else. A 4xx text is written for the client. A 5xx tells it nothing but
//! a request id; the cause goes to the log under the same id.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runtime::{DeployError, FileError, RuntimeError};
use schemars::JsonSchema;
use serde::Serialize;
use store::{ObjectError, StoreError};
use tracing::Instrument as _;

type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// An error answer.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// Seconds, for `Retry-After`.
    retry_after: Option<u64>,
    /// What really happened, for the log alone.
    cause: Option<Cause>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
            cause: None,
        }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub(crate) fn method_not_allowed() -> Self {
        let message = "this address does not take this method";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            message,
        )
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("the body is larger than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
    }

    pub(crate) fn range_not_satisfiable() -> Self {
        let message = "the file has no such range";
        Self::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "RANGE_NOT_SATISFIABLE",
            message,
        )
    }

    fn unavailable(message: &str) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message);
        Self {
            retry_after: Some(1),
            ..error
        }
    }

    fn internal(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        let error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_ERROR",
            "internal error",
        );
        error.caused_by(cause)
    }

    fn caused_by(self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            cause: Some(Arc::new(cause)),
            ..self
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::LeaseLost => {
                Self::unavailable("the server cannot store anything at the moment").caused_by(error)
            }
            StoreError::Conflict { .. }
            | StoreError::Refused(_)
            | StoreError::Corrupt { .. }
            | StoreError::Migration(_) => Self::internal(error),
        }
    }
}

impl From<RuntimeError> for ApiError {
    fn from(error: RuntimeError) -> Self {
        let text = error.to_string();
        match error {
            RuntimeError::AgentNotFound(_) | RuntimeError::SessionNotFound => Self::not_found(text),
            RuntimeError::SessionExpired => {
                Self::new(StatusCode::NOT_FOUND, "SESSION_EXPIRED", text)
            }
            RuntimeError::ExecutionNotFound => {
                Self::new(StatusCode::NOT_FOUND, "EXECUTION_NOT_FOUND", text)
            }
            RuntimeError::StartedBefore => Self::new(StatusCode::CONFLICT, "CONFLICT", text),
            RuntimeError::SessionBusy { retry_after } => Self {
                retry_after: Some(retry_after.as_secs().max(1)),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "SESSION_BUSY", text)
            },
            RuntimeError::InvalidInput(_) | RuntimeError::BrokenAgent(_) => Self::validation(text),
            RuntimeError::ShuttingDown => Self::unavailable("the server is shutting down"),
            RuntimeError::Store(error) => error.into(),
            RuntimeError::Objects(error) => error.into(),
            RuntimeError::BrokenPause(_) | RuntimeError::LegLost => Self::internal(error),
        }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        let text = error.to_string();
        match error {
            FileError::Invalid(_) | FileError::Cut | FileError::TooShort(_) => {
                Self::validation(text)
            }
            FileError::TooLarge(_) | FileError::TooLong => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", text)
            }
            FileError::NotFound => Self::not_found(text),
            FileError::Uploaded => Self::new(StatusCode::CONFLICT, "CONFLICT", text),
            FileError::Object(error) => error.into(),
            FileError::Runtime(error) => error.into(),
        }
    }
}

impl From<ObjectError> for ApiError {
    fn from(error: ObjectError) -> Self {
        Self::unavailable("the server cannot store or read files at the moment").caused_by(error)
    }
}

impl From<DeployError> for ApiError {
    fn from(error: DeployError) -> Self {
        let text = error.to_string();
        match error {
            DeployError::Invalid(diagnostics) => {
                let errors = diagnostics
                    .iter()
                    .filter(|diagnostic| diagnostic.is_error());
                let lines: Vec<String> = errors.map(ToString::to_string).collect();
                Self::validation(lines.join("\n"))
            }
            DeployError::SlugTaken(_) => Self::new(StatusCode::CONFLICT, "CONFLICT", text),
            DeployError::NotFound => Self::not_found(text),
            DeployError::Store(error) => error.into(),
        }
    }
}

/// Carries a server error to [`report`], which knows the request.
#[derive(Clone)]
struct Failure {
    code: &'static str,
    message: String,
    cause: Option<Cause>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = if self.status.is_server_error() {
            let failure = Failure {
                code: self.code,
                message: self.message,
                cause: self.cause,
            };
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(failure);
            response
        } else {
            axum::Json(ErrorBody::new(&self.message, self.code)).into_response()
        };
        *response.status_mut() = self.status;
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

// CONTRACT 7.20.
/// The body of every error.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Error")]
pub(crate) struct ErrorBody<'a> {
    /// What is wrong, for a person.
    error: &'a str,
    /// What is wrong, for a program: `VALIDATION_ERROR`, `SESSION_BUSY`, …
    code: &'a str,
    /// The same as `error`.
    message: &'a str,
    /// Names a failure of the server in its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl<'a> ErrorBody<'a> {
    fn new(message: &'a str, code: &'a str) -> Self {
        Self {
            error: message,
            code,
            message,
            request_id: None,
        }
    }
}

/// The header that names a request as the log does.
const REQUEST_HEADER: &str = "x-request-id";

/// Gives each request an id, which its log lines and its answer have, and logs each server error once.
pub(crate) async fn report(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let request_id = runtime::new_request_id();
    // Of the highest level, so that no line is without it.
    let span = tracing::error_span!("request", request.id = %request_id, %method, path);
    let mut response = next.run(request).instrument(span).await;
    // Our own ids are always a header's text.
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_HEADER, id);
    }
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    let cause = failure.cause.as_deref().map(|cause| runtime::causes(cause));
    tracing::error!(
        error = cause, request.id = %request_id, %method, path, status = response.status().as_u16(),
        "request failed"
    );
    let message = format!("{} (request {request_id})", failure.message);
    let body = ErrorBody {
        request_id: Some(&request_id),
        ..ErrorBody::new(&message, failure.code)
    };
    let (head, _) = response.into_parts();
    let mut response = axum::Json(body).into_response();
    *response.status_mut() = head.status;
    response.headers_mut().extend(head.headers);
    response
}
