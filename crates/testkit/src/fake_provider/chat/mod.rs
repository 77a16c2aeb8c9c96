//! Chat Completions, as OpenAI documents it and as others serve it: each vendor below its own name, at its
//! real path behind it.

mod read;
mod settings;
mod thinking;
mod ways;
mod write;

use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::fingerprint::fingerprint;
use super::reply::Reply;
use super::wire::{Emission, Wire};

pub use read::chat_violation;
pub(super) use ways::of_path;
use ways::{Key, Ways};

/// One vendor that serves the format.
pub(super) struct Chat {
    ways: &'static Ways,
}

/// What the fake signs a thought with, where the vendor signs at all.
fn signature_of(thought: &str) -> String {
    format!("csig_{}", fingerprint(thought))
}

impl Wire for Chat {
    fn request_id_header(&self) -> &'static str {
        "x-request-id"
    }

    fn read(&self, uri: &Uri, headers: &HeaderMap, body: &Value) -> Result<Conversation, String> {
        let given = |name: &str| headers.get(name)?.to_str().ok();
        let key = match self.ways.key {
            Key::Bearer => given("authorization").and_then(|it| it.strip_prefix("Bearer ")),
            Key::Header(name) => given(name),
            Key::None => Some("none is asked for"),
        };
        if key.is_none_or(str::is_empty) {
            return Err("authorization: you didn't provide an API key".to_owned());
        }
        self.ways.check_place(uri)?;
        read::conversation(self.ways, body)
    }

    fn render(&self, reply: &Reply, asked: &Value, model: &str, serial: usize) -> Vec<Emission> {
        write::render(self.ways, reply, asked, model, serial)
    }

    fn error_body(&self, kind: &str, message: &str) -> String {
        let error = if kind.ends_with("_error") {
            json!({ "message": message, "type": kind, "param": null, "code": null })
        } else {
            json!({ "message": message, "type": "invalid_request_error", "param": null, "code": kind })
        };
        json!({ "error": error }).to_string()
    }
}
