//! The Messages API of Anthropic, as its documentation and its own TypeScript client describe it.

mod read;
mod settings;
mod write;

use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::fingerprint::fingerprint;
use super::reply::Reply;
use super::wire::{Emission, Wire};

pub use read::anthropic_violation;

pub(super) struct Anthropic;

/// The signature that the fake gives with a thought of that text, and demands back with it.
#[must_use]
pub fn signature_of(thinking: &str) -> String {
    format!("sig_{}", fingerprint(thinking))
}

fn redacted_data(data: &str) -> String {
    format!("redacted_{data}_{}", signature_of(data))
}

fn is_redacted_data(data: &str) -> bool {
    let inner = data.strip_prefix("redacted_");
    let parts = inner.and_then(|inner| inner.rsplit_once("_sig_"));
    parts.is_some_and(|(seed, _)| redacted_data(seed) == data)
}

impl Wire for Anthropic {
    fn request_id_header(&self) -> &'static str {
        "request-id"
    }

    fn read(&self, _: &Uri, headers: &HeaderMap, body: &Value) -> Result<Conversation, String> {
        let given = |name| headers.get(name).is_some_and(|value| !value.is_empty());
        if !given("x-api-key") && !given("authorization") {
            return Err("x-api-key: header is required".to_owned());
        }
        if !given("anthropic-version") {
            return Err("anthropic-version: header is required".to_owned());
        }
        read::conversation(body)
    }

    fn render(&self, reply: &Reply, _: &Value, model: &str, serial: usize) -> Vec<Emission> {
        write::render(reply, model, serial)
    }

    fn error_body(&self, kind: &str, message: &str) -> String {
        json!({ "type": "error", "error": { "type": kind, "message": message } }).to_string()
    }
}
