//! The Messages API of Anthropic, streaming (<https://platform.claude.com/docs/en/api/messages>).
//!
//! What the vendor wants back unread travels as opaque data under the key `anthropic`:
//! `{"anthropic":{"signature":…}}` and `{"anthropic":{"redacted":…}}` with reasoning,
//! `{"anthropic":{"id":…}}` with a call. Another vendor's opaque data lacks the key and is left out.

mod decode;
mod encode;
pub(super) mod models;
mod transcript;
mod wire;

use std::borrow::Cow;

use domain::{ModelRequest, Speed};

use super::{Decoder, Dialect, EncodeError, Encoded, Model, VendorError};
use crate::Secret;

/// The version of the API that this dialect speaks. 2026-10-21 refuses a temperature even where the model
/// takes one, and compatible endpoints do not know it; the answers are the same
/// (<https://platform.claude.com/docs/en/api/versioning>).
const VERSION: &str = "2023-06-01";

/// Some models want it named before they take a `speed`.
const FAST_MODE: &str = "fast-mode-2026-02-01";

/// As the vendor is called in opaque data and in errors.
const VENDOR: &str = "anthropic";

pub struct Anthropic;

impl Dialect for Anthropic {
    fn encode(&self, request: &ModelRequest, model: Model<'_>) -> Result<Encoded, EncodeError> {
        Ok(Encoded {
            path: Cow::Borrowed("/v1/messages"),
            body: encode::body(request, model)?,
            headers: match request.speed {
                Speed::Fast => vec![("anthropic-beta", FAST_MODE)],
                Speed::Standard => Vec::new(),
            },
        })
    }

    fn knows_speeds(&self) -> bool {
        true
    }

    fn fetches(&self, media_type: &str) -> bool {
        media_type.starts_with("image/") || media_type == "application/pdf"
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::<decode::MessageDecoder>::default()
    }

    fn headers(&self, key: Option<&Secret>) -> Vec<(&'static str, String)> {
        let key = key.map(|key| ("x-api-key", key.expose().to_owned()));
        let version = ("anthropic-version", VERSION.to_owned());
        key.into_iter().chain([version]).collect()
    }

    fn read_error(&self, body: &[u8]) -> VendorError {
        let Ok(body) = serde_json::from_slice::<wire::ErrorBody<'_>>(body) else {
            return VendorError::default();
        };
        let mut error = vendor_error(body.error, body.request_id);
        // The HTTP status says the same as the word, apart from an empty account.
        error.status = error.status.filter(|&status| status == BILLING);
        error
    }
}

/// The status that stands for "pay first".
const BILLING: u16 = 402;

/// The words of <https://platform.claude.com/docs/en/api/errors> with the status of each, which an
/// error inside a stream lacks.
fn vendor_error(error: wire::ErrorDetail<'_>, request_id: Option<String>) -> VendorError {
    let status = match &*error.kind {
        // An empty account is reported as a bad request with a sentence.
        "invalid_request_error" if error.message.contains("credit balance") => BILLING,
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => BILLING,
        "permission_error" => 403,
        "not_found_error" => 404,
        "conflict_error" => 409,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };
    VendorError {
        status: Some(status),
        kind: Some(error.kind.into_owned()),
        message: Some(error.message.into_owned()).filter(|message| !message.is_empty()),
        request_id,
        retry_after: None,
    }
}
