//! What those who serve the format say of a failure; no two say it alike.

use serde_json::Value;

use crate::dialect::VendorError;
use crate::dialect::openai::errors::{self as words, BILLING};

/// The body of an answer with an error status.
pub(super) fn read(body: &[u8]) -> VendorError {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return VendorError::default();
    };
    let mut error = of(body.get("error").unwrap_or(&body), &body);
    // The HTTP status says the same, apart from an empty account and a model that does not exist.
    let word = error.kind.as_deref().and_then(words::status);
    error.status = word.filter(|&status| matches!(status, BILLING | 404));
    error
}

/// An error inside the stream, which has no HTTP status.
pub(super) fn in_stream(error: &Value) -> VendorError {
    let mut read = of(error, error);
    read.status.get_or_insert(500);
    read
}

/// `error` may be an object, or a sentence with its code beside it.
fn of(error: &Value, around: &Value) -> VendorError {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let code = error.get("code").or_else(|| around.get("code"));
    let number = code.and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
    let word = text(code).filter(|_| number.is_none());
    let kind = word.or_else(|| text(error.get("type")));
    let status = number.and_then(|number| u16::try_from(number).ok());
    let status = status.filter(|status| (400..600).contains(status));
    let sentence = [error.get("message"), Some(error), around.get("detail")];
    let mut sentence = sentence.into_iter().filter_map(text);
    VendorError {
        status: status.or_else(|| kind.as_deref().and_then(words::status)),
        kind,
        message: sentence.find(|message| !message.is_empty()),
        request_id: text(around.get("request_id")),
        retry_after: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(body: &Value, kind: Option<&str>, message: &str) {
        let error = read(body.to_string().as_bytes());
        let said = (error.kind.as_deref(), error.message.as_deref());
        assert_eq!(said, (kind, Some(message)), "{body}");
    }

    #[test]
    fn every_vendor_is_understood() {
        let openai = json!({ "error": { "message": "No.", "type": "tokens", "code": null } });
        check(&openai, Some("tokens"), "No.");
        let xai = json!({ "code": "invalid-argument", "error": "No such thing." });
        check(&xai, Some("invalid-argument"), "No such thing.");
        let mistral = json!({ "object": "error", "message": "No.", "type": "invalid", "code": 3 });
        check(&mistral, Some("invalid"), "No.");
        let openrouter = json!({ "error": { "code": 402, "message": "Pay." } });
        check(&openrouter, None, "Pay.");
        check(&json!({ "detail": "Not Found" }), None, "Not Found");
    }

    #[test]
    fn an_error_in_the_stream_has_the_status_that_says_the_same() {
        let status = |error: Value| in_stream(&error).status;
        assert_eq!(status(json!({ "code": 429, "message": "" })), Some(429));
        assert_eq!(status(json!({ "code": "502" })), Some(502));
        assert_eq!(status(json!({ "type": "overloaded_error" })), Some(503));
        assert_eq!(status(json!("It broke.")), Some(500));
    }
}
