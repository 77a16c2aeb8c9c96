//! The Gemini API of Google, streaming (<https://ai.google.dev/api/generate-content>).
//!
//! What the vendor wants back unread travels as opaque data under the key `google`:
//! `{"google":{"signature":…}}` with reasoning, `{"google":{"id":…,"signature":…}}` with a call. Another
//! vendor's opaque data lacks the key; its calls are kept without a signature, its reasoning is left out.

mod decode;
mod encode;
mod errors;
pub(super) mod models;
mod transcript;
mod wire;

use std::borrow::Cow;

use domain::ModelRequest;
use percent_encoding::utf8_percent_encode;

use super::{Decoder, Dialect, EncodeError, Encoded, Model, SEGMENT, VendorError};
use crate::Secret;

/// As the vendor is called in opaque data and in errors.
const VENDOR: &str = "google";

pub struct Google;

impl Dialect for Google {
    fn encode(&self, request: &ModelRequest, model: Model<'_>) -> Result<Encoded, EncodeError> {
        let name = utf8_percent_encode(&request.model.model, SEGMENT);
        Ok(Encoded {
            path: Cow::Owned(format!(
                "/v1beta/models/{name}:streamGenerateContent?alt=sse"
            )),
            body: encode::body(request, model)?,
            headers: Vec::new(),
        })
    }

    fn fetches(&self, media_type: &str) -> bool {
        let head = media_type.split('/').next().unwrap_or_default();
        matches!(head, "image" | "audio" | "video") || media_type == "application/pdf"
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::<decode::ResponseDecoder>::default()
    }

    fn headers(&self, key: Option<&Secret>) -> Vec<(&'static str, String)> {
        let key = key.map(|key| ("x-goog-api-key", key.expose().to_owned()));
        key.into_iter().collect()
    }

    fn read_error(&self, body: &[u8]) -> VendorError {
        errors::read(body)
    }
}
