//! What a vendor's format must say of itself so that the fake can speak it.

use std::time::Duration;

use axum::http::{HeaderMap, Uri};
use bytes::Bytes;
use serde_json::Value;

use super::conversation::Conversation;
use super::reply::Reply;

/// One vendor's wire format.
pub(super) trait Wire: Send + Sync + 'static {
    /// The header of every answer with the id that the vendor gave the request.
    fn request_id_header(&self) -> &'static str;

    /// Reads a request into no vendor's words.
    ///
    /// # Errors
    /// The vendor's own rule that the request breaks, in the vendor's words.
    fn read(&self, uri: &Uri, headers: &HeaderMap, body: &Value) -> Result<Conversation, String>;

    /// The answer's body to the request `asked`, chunk by chunk. `serial` makes ids that differ from answer
    /// to answer.
    fn render(&self, reply: &Reply, asked: &Value, model: &str, serial: usize) -> Vec<Emission>;

    /// The body of an answer that is no stream.
    fn error_body(&self, kind: &str, message: &str) -> String;
}

/// A step of sending an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Emission {
    Bytes(Bytes),
    Wait(Duration),
    Hold,
    Stall,
}

/// The text of arguments, cut up as vendors do: respecting neither words nor JSON.
pub(super) fn fragments(input: &Value) -> Vec<String> {
    let text: Vec<char> = input.to_string().chars().collect();
    text.chunks(12).map(|part| part.iter().collect()).collect()
}
