//! The Gemini API of Google, as its documentation and its own SDKs describe it.

mod read;
mod settings;
mod write;

use axum::http::{HeaderMap, HeaderValue, Uri};
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::fingerprint::fingerprint;
use super::reply::Reply;
use super::wire::{Emission, Wire};

pub use read::google_violation;

pub(super) struct Google;

/// Where the model stands in a path.
const HEAD: &str = "/v1beta/models/";
const METHOD: &str = ":streamGenerateContent";

/// What the vendor takes in place of a signature that another model could not give.
const UNSIGNED: &str = "skip_thought_signature_validator";

/// The model of a path, where it is one of this vendor's.
pub(super) fn model_of(path: &str) -> Option<&str> {
    path.strip_prefix(HEAD)?.strip_suffix(METHOD)
}

/// A signature that the fake gives, and knows again.
#[must_use]
pub fn thought_signature_of(seed: &str) -> String {
    format!("gsig_{seed}_{}", fingerprint(seed))
}

fn is_signature(text: &str) -> bool {
    let inner = text.strip_prefix("gsig_");
    let parts = inner.and_then(|inner| inner.rsplit_once('_'));
    parts.is_some_and(|(seed, _)| thought_signature_of(seed) == text)
}

impl Wire for Google {
    fn request_id_header(&self) -> &'static str {
        "x-request-id"
    }

    fn read(&self, uri: &Uri, headers: &HeaderMap, body: &Value) -> Result<Conversation, String> {
        if headers
            .get("x-goog-api-key")
            .is_none_or(HeaderValue::is_empty)
        {
            return Err("x-goog-api-key: API key missing".to_owned());
        }
        if uri.query() != Some("alt=sse") {
            return Err("alt: the fake sends server-sent events alone".to_owned());
        }
        let model = model_of(uri.path()).ok_or("no such model")?;
        read::conversation(model, body)
    }

    fn render(&self, reply: &Reply, _: &Value, model: &str, serial: usize) -> Vec<Emission> {
        write::render(reply, model, serial)
    }

    fn error_body(&self, kind: &str, message: &str) -> String {
        error(kind, message).to_string()
    }
}

/// An error with the code that the vendor has for its word.
fn error(kind: &str, message: &str) -> Value {
    let code = match kind {
        "INVALID_ARGUMENT" | "invalid_request_error" => 400,
        "UNAUTHENTICATED" => 401,
        "PERMISSION_DENIED" => 403,
        "NOT_FOUND" => 404,
        "RESOURCE_EXHAUSTED" => 429,
        "UNAVAILABLE" => 503,
        "DEADLINE_EXCEEDED" => 504,
        _ => 500,
    };
    json!({ "error": { "code": code, "message": message, "status": kind } })
}
