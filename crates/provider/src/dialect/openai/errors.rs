//! The vendor's words for failures (<https://platform.openai.com/docs/guides/error-codes>).

use super::wire::{ErrorBody, ErrorDetail};
use crate::dialect::VendorError;

/// The status that stands for "pay first".
pub(in crate::dialect) const BILLING: u16 = 402;

/// The body of an answer with an error status.
pub(super) fn read(body: &[u8]) -> VendorError {
    let Ok(body) = serde_json::from_slice::<ErrorBody>(body) else {
        return VendorError::default();
    };
    let mut error = vendor_error(body.error);
    // The HTTP status says the same as the word, apart from an empty account (429) and a model that
    // does not exist (400).
    error.status = error
        .status
        .filter(|&status| matches!(status, BILLING | 404));
    error
}

/// An error with the status that says the same, which one inside a stream lacks.
pub(super) fn vendor_error(error: ErrorDetail) -> VendorError {
    let said = |word: &Option<String>| word.as_deref().and_then(status);
    let status = said(&error.code).or_else(|| said(&error.kind));
    VendorError {
        status: Some(status.unwrap_or(500)),
        // The code is the more exact word of the two.
        kind: error.code.or(error.kind),
        message: error.message.filter(|message| !message.is_empty()),
        request_id: None,
        retry_after: None,
    }
}

/// Codes first, then the types that stand where there is no code.
pub(in crate::dialect) fn status(word: &str) -> Option<u16> {
    let status = match word {
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active" => BILLING,
        "invalid_api_key" | "authentication_error" => 401,
        "insufficient_permissions" | "permission_error" => 403,
        "model_not_found" | "not_found_error" => 404,
        "rate_limit_exceeded" | "rate_limit_error" | "requests" | "tokens" => 429,
        "server_error" | "api_error" => 500,
        "server_is_overloaded" | "slow_down" | "overloaded_error" => 503,
        "timeout_error" | "vector_store_timeout" => 504,
        "context_length_exceeded"
        | "invalid_prompt"
        | "data_residency_mismatch"
        | "bio_policy"
        | "invalid_request_error" => 400,
        // Of an image that the vendor cannot read, in all their variety.
        word if word.contains("image") => 400,
        _ => return None,
    };
    Some(status)
}
