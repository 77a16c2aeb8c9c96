//! The Responses API of OpenAI, streaming (<https://platform.openai.com/docs/api-reference/responses>).
//!
//! Nothing is stored at the vendor: every request carries the whole transcript, its reasoning in the
//! encrypted form that the vendor gave. That travels as opaque data under the key `openai`:
//! `{"openai":{"id":…,"encrypted":…}}` with reasoning, `{"openai":{"id":…}}` with a call. Another
//! vendor's opaque data lacks the key and is left out.

pub(super) mod cache;
mod decode;
pub(super) mod encode;
pub(super) mod errors;
pub(super) mod models;
mod transcript;
mod wire;

use std::borrow::Cow;

use domain::ModelRequest;

use super::{Decoder, Dialect, EncodeError, Encoded, Model, VendorError, bearer};
use crate::Secret;

/// As the vendor is called in opaque data and in errors.
const VENDOR: &str = "openai";

pub struct OpenAi;

impl Dialect for OpenAi {
    fn encode(&self, request: &ModelRequest, model: Model<'_>) -> Result<Encoded, EncodeError> {
        Ok(Encoded {
            path: Cow::Borrowed("/responses"),
            body: encode::body(request, model)?,
            headers: Vec::new(),
        })
    }

    fn fetches(&self, media_type: &str) -> bool {
        media_type.starts_with("image/") || media_type == "application/pdf"
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::<decode::ResponseDecoder>::default()
    }

    fn headers(&self, key: Option<&Secret>) -> Vec<(&'static str, String)> {
        key.map(bearer).into_iter().collect()
    }

    fn read_error(&self, body: &[u8]) -> VendorError {
        errors::read(body)
    }
}
