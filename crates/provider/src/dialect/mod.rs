//! What an adapter's author writes: one vendor's wire format as two pure parts, no IO.
//!
//! `encode` turns the neutral request into a body, a [`Decoder`] turns the frames of the answer into
//! deltas. Time-outs, retries, aborts and what a client is told of a failure are `client`'s.

pub mod anthropic;
mod effort;
mod events;
pub mod google;
pub(crate) mod media;
mod opaque;
pub mod openai;
pub mod openai_chat;
mod schema;
mod sources;
mod text;
mod tools;

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use domain::{Delta, ModelRequest};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

pub use events::unknown_events;

use crate::Secret;
use crate::sse::Frame;

/// One wire format. Stateless: what it must know of a vendor or a model is data.
pub trait Dialect: Send + Sync {
    /// The request in the vendor's words. What differs between its models goes by `model`.
    ///
    /// # Errors
    /// Where the vendor could only refuse it.
    fn encode(&self, request: &ModelRequest, model: Model<'_>) -> Result<Encoded, EncodeError>;

    /// Whether the vendor can be asked for a faster speed of a model that has one.
    fn knows_speeds(&self) -> bool {
        false
    }

    /// Whether the vendor fetches such a medium from an address. Where it does not, the caller must bring
    /// the bytes.
    fn fetches(&self, media_type: &str) -> bool;

    /// A fresh decoder, for one answer.
    fn decoder(&self) -> Box<dyn Decoder>;

    /// The headers of every request, the key among them where there is one.
    fn headers(&self, key: Option<&Secret>) -> Vec<(&'static str, String)>;

    /// What the body of an answer with an error status says.
    fn read_error(&self, body: &[u8]) -> VendorError;
}

/// The model of a request as the rules of its family see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model<'a> {
    /// The name that the rules go by: its own, or that of the model which the operator says it is like. It
    /// is never sent.
    pub family: &'a str,
    /// In tokens, its thinking included: the most that one answer may have, where that is known.
    pub max_output: Option<u32>,
}

impl<'a> Model<'a> {
    /// A model of which nothing is known but its name.
    #[must_use]
    pub fn named(family: &'a str) -> Self {
        Self {
            family,
            max_output: None,
        }
    }
}

/// A request ready to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Behind the base URL; starts with a slash.
    pub path: Cow<'static, str>,
    /// JSON.
    pub body: Bytes,
    /// Beside those of every request.
    pub headers: Vec<(&'static str, &'static str)>,
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

    /// The answer ended in good form. For vendors whose terminal event is optional, or who have none:
    /// pushes what is left, `Delta::Finish` last, where the answer was complete.
    fn end(&mut self, _deltas: &mut Vec<Delta>) {}
}

/// Why a request cannot be put into a vendor's words. The text is for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error(
        "the tool name `{name}` is not one that {vendor} takes: 1 to {longest} of the letters a-z, A-Z, digits, \
         `_` and `-`"
    )]
    ToolName {
        name: String,
        vendor: &'static str,
        longest: usize,
    },
    #[error(
        "the tool name `{name}` is not one that {vendor} takes: it must begin with a letter or `_`"
    )]
    ToolNameStart { name: String, vendor: &'static str },
    #[error(
        "{vendor} takes the file `{name}` ({media_type}) by its bytes alone, and only its address is known"
    )]
    MediaAddress {
        name: String,
        media_type: String,
        vendor: &'static str,
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
    /// How long the vendor asks to be left alone, where its body says so.
    pub retry_after: Option<Duration>,
}

/// What a segment of a path may hold as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How most vendors take a key.
fn bearer(key: &Secret) -> (&'static str, String) {
    ("authorization", format!("Bearer {}", key.expose()))
}
