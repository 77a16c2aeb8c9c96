//! What a client is told when a call fails (CONTRACT 3.1), in one place for all vendors.
//!
//! A vendor's own sentence is passed on; addresses, headers and keys never are.

use std::sync::Arc;
use std::time::Duration;

use domain::{ErrorInfo, ErrorSource, ErrorType, ProviderErrorInfo};

use super::excess;
use super::target::Target;
use crate::dialect::VendorError;

/// Whose failure it is.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) target: Arc<Target>,
    pub(super) model: Arc<str>,
}

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) info: ErrorInfo,
    /// Whether this call may be tried again at once, by itself. A client may always press the button
    /// where `info.retryable` says so.
    pub(super) again: bool,
    /// How long the vendor asked to be left alone.
    pub(super) retry_after: Option<Duration>,
}

impl Failure {
    /// The failure with the id of its request, where it has none yet.
    pub(super) fn of_request(mut self, request_id: Option<String>) -> Self {
        if let Some(provider) = &mut self.info.provider {
            provider.request_id = provider.request_id.take().or(request_id);
        }
        self
    }
}

/// What is known of the answer that failed.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
    /// The vendor's own word on whether it is worth another attempt.
    pub(super) should_retry: Option<bool>,
}

/// The longest sentence of a vendor that is passed on, in characters.
const MAX_MESSAGE: usize = 2_000;

impl Origin {
    /// A request that was not sent because the vendor could only refuse it.
    pub(super) fn refused(&self, message: String) -> ErrorInfo {
        ErrorInfo {
            provider: Some(self.provider()),
            ..ErrorInfo::platform(ErrorType::ValidationError, message)
        }
    }

    /// An answer with an error status, or an error inside the stream.
    pub(super) fn vendor(&self, answer: Answer, error: VendorError) -> Failure {
        let kind = Kind::of(error.status.unwrap_or(answer.status));
        let name = &*self.target.name;
        let retry_after = answer.retry_after.or(error.retry_after);
        let message = error
            .message
            .unwrap_or_else(|| format!("{name} {}", kind.words));
        let message = self.target.redact(message);
        let word = error.kind.as_deref().unwrap_or_default();
        let exceeded = excess::of(answer.status, word, &message);
        let code = exceeded.map_or_else(|| answer.status.to_string(), |it| it.code().to_owned());
        let provider = ProviderErrorInfo {
            status_code: Some(answer.status),
            error_type: error.kind,
            request_id: error.request_id.or(answer.request_id),
            ..self.provider()
        };
        let info = ErrorInfo {
            error_type: kind.error_type,
            message: message.chars().take(MAX_MESSAGE).collect(),
            // A vendor may know of a status that ends well the next time. One that wants no other attempt at
            // once says nothing of later, nor of another vendor.
            retryable: kind.retryable || answer.should_retry == Some(true),
            source: ErrorSource::Provider,
            retry_after: retry_after.map(whole_seconds),
            code: Some(self.code(&code)),
            provider: Some(provider),
            tool: None,
        };
        Failure {
            info,
            again: answer.should_retry.unwrap_or(kind.retryable),
            retry_after,
        }
    }

    /// No connection, or one that broke.
    pub(super) fn unreachable(&self) -> Failure {
        let message = format!("{} could not be reached", self.target.name);
        self.transport(ErrorType::ProviderError, "UNREACHABLE", message)
    }

    /// The answer ended, or broke off, before the vendor said that it was complete.
    pub(super) fn incomplete(&self) -> Failure {
        let message = format!("the answer of {} broke off", self.target.name);
        self.transport(ErrorType::ProviderError, "INCOMPLETE", message)
    }

    /// The answer is not what the vendor documents.
    pub(super) fn malformed(&self) -> Failure {
        let message = format!("the answer of {} could not be understood", self.target.name);
        self.transport(ErrorType::ProviderError, "MALFORMED", message)
    }

    /// Nothing came for too long. Not tried again by itself: the user has waited for long already.
    pub(super) fn timed_out(&self, waited: Duration) -> Failure {
        let name = &*self.target.name;
        let message = format!("{name} sent nothing for {} s", waited.as_secs_f32());
        Failure {
            again: false,
            ..self.transport(ErrorType::ProviderTimeout, "TIMEOUT", message)
        }
    }

    fn transport(&self, error_type: ErrorType, code: &str, message: String) -> Failure {
        let info = ErrorInfo {
            code: Some(self.code(code)),
            ..ErrorInfo::provider(error_type, message, self.provider()).retryable(true)
        };
        Failure {
            info,
            again: true,
            retry_after: None,
        }
    }

    fn code(&self, what: &str) -> String {
        let vendor = self.target.name.to_ascii_uppercase().replace('-', "_");
        format!("{vendor}_{what}")
    }

    fn provider(&self) -> ProviderErrorInfo {
        ProviderErrorInfo {
            name: self.target.name.to_string(),
            model: Some(self.model.to_string()),
            status_code: None,
            error_type: None,
            request_id: None,
        }
    }
}

fn whole_seconds(duration: Duration) -> u32 {
    let up = u64::from(duration.subsec_nanos() > 0);
    u32::try_from(duration.as_secs().saturating_add(up)).unwrap_or(u32::MAX)
}

/// What an HTTP status means to us.
struct Kind {
    error_type: ErrorType,
    /// Whether the same request may go well a little later.
    retryable: bool,
    /// For a client, where the vendor has no words of its own.
    words: &'static str,
}

impl Kind {
    fn of(status: u16) -> Self {
        let (error_type, retryable, words) = match status {
            400 | 413 | 422 => (ErrorType::ValidationError, false, "refused the request"),
            401 => (
                ErrorType::AuthenticationError,
                false,
                "does not accept the API key",
            ),
            402 => (ErrorType::QuotaExceededError, false, "asks for payment"),
            403 => (
                ErrorType::PermissionError,
                false,
                "does not permit the request",
            ),
            404 => (ErrorType::NotFoundError, false, "does not know the model"),
            408 | 504 => (ErrorType::ProviderTimeout, true, "took too long"),
            429 => (
                ErrorType::RateLimitError,
                true,
                "limits the rate of requests",
            ),
            503 | 529 => (ErrorType::ProviderOverloaded, true, "is overloaded"),
            500 | 502 => (ErrorType::ProviderError, true, "failed"),
            _ => (ErrorType::ProviderError, false, "failed"),
        };
        Self {
            error_type,
            retryable,
            words,
        }
    }
}
