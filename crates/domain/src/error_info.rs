//! What a client is told of a failure inside a stream (CONTRACT 3.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// No other may be sent (CONTRACT D9).
/// The kinds of failure that every client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorType {
    AuthenticationError,
    PermissionError,
    ValidationError,
    NotFoundError,
    RateLimitError,
    QuotaExceededError,
    ProviderError,
    ProviderOverloaded,
    ProviderTimeout,
    ExecutionError,
    ToolError,
    ProtocolError,
    InternalError,
    UnknownError,
}

/// Where a failure began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErrorSource {
    Platform,
    Provider,
    Tool,
    Client,
}

/// What of a request was more than its model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Exceeded {
    /// The conversation is longer than the window.
    Context,
    /// An image is too large, or there are too many of them.
    Images,
    /// The request has too many bytes.
    Bytes,
}

impl Exceeded {
    const ALL: [Self; 3] = [Self::Context, Self::Images, Self::Bytes];

    /// What stands behind the vendor's name in the code of such an error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Context => "CONTEXT_EXCEEDED",
            Self::Images => "IMAGES_EXCEEDED",
            Self::Bytes => "BYTES_EXCEEDED",
        }
    }
}

/// The body of an `error` event. Its text is for the client: no internals, no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorInfo {
    pub error_type: ErrorType,
    pub message: String,
    pub retryable: bool,
    pub source: ErrorSource,
    /// Seconds to wait before a retry, where the provider said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Vendor and status, such as `ANTHROPIC_429`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderErrorInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolErrorInfo>,
}

impl ErrorInfo {
    /// A failure of the server or the agent itself: not retryable, no provider or tool named.
    pub fn platform(error_type: ErrorType, message: impl Into<String>) -> Self {
        Self {
            error_type,
            message: message.into(),
            retryable: false,
            source: ErrorSource::Platform,
            retry_after: None,
            code: None,
            provider: None,
            tool: None,
        }
    }

    /// A failure of a model provider.
    pub fn provider(
        error_type: ErrorType,
        message: impl Into<String>,
        provider: ProviderErrorInfo,
    ) -> Self {
        Self {
            source: ErrorSource::Provider,
            provider: Some(provider),
            ..Self::platform(error_type, message)
        }
    }

    /// What was too much, where the failure is of that kind: a smaller request may go well.
    #[must_use]
    pub fn exceeded(&self) -> Option<Exceeded> {
        let code = self.code.as_deref()?;
        Exceeded::ALL
            .into_iter()
            .find(|it| code.ends_with(it.code()))
    }

    /// What of it may be shown beside the stream's own error: to a model, in a chat, on a reload. The words
    /// of a provider, or of a server that is not set up, are for the operator (CONTRACT 3.4).
    #[must_use]
    pub fn safe_message(&self) -> &str {
        match self.error_type {
            ErrorType::AuthenticationError | ErrorType::PermissionError => {
                "The model's provider refused the server's access."
            }
            ErrorType::RateLimitError | ErrorType::ProviderOverloaded => {
                "The model's provider is busy."
            }
            ErrorType::ProviderTimeout => "The model's provider did not answer in time.",
            ErrorType::ProviderError => "The model's provider failed.",
            ErrorType::InternalError | ErrorType::UnknownError => "The server failed.",
            _ if self.source == ErrorSource::Provider => {
                "The model's provider refused the request."
            }
            ErrorType::ValidationError
            | ErrorType::NotFoundError
            | ErrorType::QuotaExceededError
            | ErrorType::ExecutionError
            | ErrorType::ToolError
            | ErrorType::ProtocolError => &self.message,
        }
    }

    #[must_use]
    pub fn retryable(self, retryable: bool) -> Self {
        Self { retryable, ..self }
    }
}

/// Which provider failed, and what it said of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderErrorInfo {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// The vendor's own word, such as `overloaded_error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Which tool call failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolErrorInfo {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<crate::ToolCallId>,
}
