//! The vendor's words for failures (<https://ai.google.dev/gemini-api/docs/troubleshooting>).

use std::time::Duration;

use super::wire::{ErrorBody, ErrorDetail};
use crate::dialect::VendorError;

/// A key that the vendor does not know is reported as a bad request.
const BAD_KEYS: [&str; 2] = ["API_KEY_INVALID", "API_KEY_EXPIRED"];

/// The body of an answer with an error status. It is a list where a proxy drops `alt=sse`.
pub(super) fn read(body: &[u8]) -> VendorError {
    // The list first: a struct is read from a list, too, field by field.
    let list = serde_json::from_slice::<Vec<ErrorBody>>(body).ok();
    let one = || serde_json::from_slice::<ErrorBody>(body).ok();
    let Some(body) = list.and_then(|mut list| list.pop()).or_else(one) else {
        return VendorError::default();
    };
    let mut error = in_stream(body.error);
    // The HTTP status says the same, apart from a bad key.
    error.status = error.status.filter(|&status| status == 401);
    error
}

/// An error inside the stream, whose HTTP status is that of success.
pub(super) fn in_stream(error: ErrorDetail) -> VendorError {
    let is_bad_key = |reason: &str| BAD_KEYS.contains(&reason);
    let mut reasons = error.details.iter().filter_map(|it| it.reason.as_deref());
    let status = if reasons.any(is_bad_key) {
        401
    } else {
        let word = error.status.as_deref().and_then(status);
        error.code.or(word).unwrap_or(500)
    };
    let mut delays = error
        .details
        .iter()
        .filter_map(|it| it.retry_delay.as_deref());
    VendorError {
        status: Some(status),
        kind: error.status,
        message: error.message.filter(|message| !message.is_empty()),
        retry_after: delays.find_map(seconds),
        ..VendorError::default()
    }
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn status(word: &str) -> Option<u16> {
    let status = match word {
        "INVALID_ARGUMENT" | "FAILED_PRECONDITION" | "OUT_OF_RANGE" => 400,
        "UNAUTHENTICATED" => 401,
        "PERMISSION_DENIED" => 403,
        "NOT_FOUND" => 404,
        "RESOURCE_EXHAUSTED" => 429,
        "INTERNAL" | "UNKNOWN" => 500,
        "UNAVAILABLE" => 503,
        "DEADLINE_EXCEEDED" => 504,
        _ => return None,
    };
    Some(status)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bad_key_is_no_bad_request() {
        let error = json!({ "error": {
            "code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT",
            "details": [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID" }],
        } });
        for body in [error.to_string(), json!([error]).to_string()] {
            assert_eq!(read(body.as_bytes()).status, Some(401), "{body}");
        }
    }

    #[test]
    fn the_vendor_says_in_the_body_how_long_to_wait() {
        let body = json!({ "error": {
            "code": 429, "message": "Quota exceeded.", "status": "RESOURCE_EXHAUSTED",
            "details": [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s" }],
        } });
        let error = read(body.to_string().as_bytes());
        let expected = VendorError {
            kind: Some("RESOURCE_EXHAUSTED".to_owned()),
            message: Some("Quota exceeded.".to_owned()),
            retry_after: Some(Duration::from_millis(3_500)),
            ..VendorError::default()
        };
        assert_eq!(error, expected);
    }
}
