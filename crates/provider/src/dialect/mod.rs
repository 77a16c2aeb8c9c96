//! What an adapter's author writes: one vendor's wire format as two pure parts, no IO.
//!
//! `encode` turns the neutral request into a body, a [`Decoder`] turns the frames of the answer into
//! deltas. Time-outs, retries, aborts and what a client is told of a failure are `client`'s.

pub mod anthropic;
mod events;
mod opaque;
pub mod openai;
mod tools;

use std::borrow::Cow;

use bytes::Bytes;
use domain::{Delta, ModelRequest};

use crate::Secret;
use crate::sse::Frame;

/// One wire format. Stateless: what it must know of a vendor or a model is data.
pub trait Dialect: Send + Sync {
    /// The request in the vendor's words.
    ///
    /// # Errors
    /// Where the vendor could only refuse it.
    fn encode(&self, request: &ModelRequest) -> Result<Encoded, EncodeError>;

    /// A fresh decoder, for one answer.
    fn decoder(&self) -> Box<dyn Decoder>;

    /// The headers of every request, the key among them.
    fn headers<'a>(&self, key: &'a Secret) -> Vec<(&'static str, Cow<'a, str>)>;

    /// What the body of an answer with an error status says.
    fn read_error(&self, body: &[u8]) -> VendorError;
}

/// A request ready to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Behind the base URL; starts with a slash.
    pub path: Cow<'static, str>,
    /// JSON.
    pub body: Bytes,
}

/// Reads one answer.
pub trait Decoder: Send {
    /// Takes one frame and pushes what it says. `Delta::Finish` is pushed last, at the vendor's own
    /// terminal event; no frame is handed over behind it. The fragments of a call, joined, are the
    /// text of a JSON value, also where the vendor says nothing for "no arguments".
    ///
    /// # Errors
    /// The vendor's error inside the stream, or a frame that cannot be understood.
    fn frame(&mut self, frame: &Frame<'_>, deltas: &mut Vec<Delta>) -> Result<(), DecodeError>;
}

/// Why a request cannot be put into a vendor's words. The text is for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error("the tool name `{name}` is not one that {vendor} takes: {rule}")]
    ToolName {
        name: String,
        vendor: &'static str,
        rule: &'static str,
    },
    #[error("there is no message that the model could answer")]
    Empty,
    #[error("the request could not be written as JSON")]
    Json,
}

/// Why an answer cannot be read on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("the vendor reported an error in the stream")]
    Vendor(VendorError),
    #[error("a frame of the stream is not what the vendor documents: {detail}")]
    Malformed { detail: String },
}

/// A failure as the vendor tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorError {
    /// The HTTP status that says the same, where it is not the status that came.
    pub status: Option<u16>,
    /// The vendor's own word, such as `overloaded_error`.
    pub kind: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
}
