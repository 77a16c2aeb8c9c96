//! The Responses API of OpenAI, as its documentation and its own TypeScript client describe it.

mod output;
mod read;
mod settings;
mod write;

use axum::http::{HeaderMap, Uri, header};
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::fingerprint::fingerprint;
use super::reply::Reply;
use super::wire::{Emission, Wire};

pub use read::openai_violation;

pub(super) struct OpenAi;

/// The encrypted content that the fake gives with the reasoning of that id, and demands back with it.
#[must_use]
pub fn encrypted_of(reasoning_id: &str) -> String {
    format!("gAAAAAB{}", fingerprint(reasoning_id))
}

impl Wire for OpenAi {
    fn request_id_header(&self) -> &'static str {
        "x-request-id"
    }

    fn read(&self, _: &Uri, headers: &HeaderMap, body: &Value) -> Result<Conversation, String> {
        let given = headers.get(header::AUTHORIZATION);
        let given = given.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if given.is_none_or(str::is_empty) {
            return Err("authorization: you didn't provide an API key".to_owned());
        }
        read::conversation(body)
    }

    fn render(&self, reply: &Reply, _: &Value, model: &str, serial: usize) -> Vec<Emission> {
        write::render(reply, model, serial)
    }

    fn error_body(&self, kind: &str, message: &str) -> String {
        // Words such as `server_error` are types, which come without a code.
        let error = if kind.ends_with("_error") {
            json!({ "message": message, "type": kind, "param": null, "code": null })
        } else {
            json!({ "message": message, "type": "invalid_request_error", "param": null, "code": kind })
        };
        json!({ "error": error }).to_string()
    }
}
