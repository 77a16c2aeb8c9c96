//! A file as an answer: which bytes of it, and headers that keep a browser from trusting it.

use std::ops::Range;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use store::{ObjectStream, StoredFile};

use super::App;
use super::error::ApiError;
use super::openapi::{Describe, Operation};

/// A browser shows these without running anything in them. All else is saved, and kept in a sandbox
/// should it be shown nevertheless: a file must not act in the name of this address.
const PASSIVE: [&str; 3] = ["application/pdf", "audio/", "video/"];
const PASSIVE_IMAGES: [&str; 5] = ["avif", "gif", "jpeg", "png", "webp"];

const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// What RFC 8187 lets stand in a file's name.
const IN_NAMES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// What a reader asked for.
pub(crate) struct Wanted {
    range: Option<String>,
    known: Option<String>,
}

/// A part of a file, or the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole {
        size: u64,
    },
    /// Both ends are in it.
    Bytes {
        first: u64,
        last: u64,
        size: u64,
    },
}

/// The bytes that were asked for; none where the reader has them.
pub(crate) struct FileAnswer {
    pub(crate) file: StoredFile,
    pub(crate) range: Part,
    pub(crate) bytes: Option<ObjectStream>,
}

impl FromRequestParts<App> for Wanted {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let text = |name| {
            let value = parts.headers.get(name)?;
            Some(value.to_str().ok()?.to_owned())
        };
        Ok(Self {
            // Under a condition that is not looked at, the whole is always right.
            range: text(header::RANGE).filter(|_| !parts.headers.contains_key(header::IF_RANGE)),
            known: text(header::IF_NONE_MATCH),
        })
    }
}

impl Describe for Wanted {
    fn describe(operation: &mut Operation<'_>) {
        operation.parameter("header", "range", false, json!({ "type": "string" }));
    }
}

impl Wanted {
    pub(crate) fn range(&self, file: &StoredFile) -> Result<Part, ApiError> {
        let whole = Part::Whole { size: file.size };
        let Some(text) = &self.range else {
            return Ok(whole);
        };
        // What is not understood may be ignored (RFC 9110, 14.2); so are several ranges at once.
        let Some((first, last)) = text
            .strip_prefix("bytes=")
            .and_then(|range| range.trim().split_once('-'))
        else {
            return Ok(whole);
        };
        let part = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => (first, last.min(file.size - 1)),
            (Ok(first), Err(_)) if last.is_empty() => (first, file.size - 1),
            (Err(_), Ok(count)) if first.is_empty() && count > 0 => {
                (file.size.saturating_sub(count), file.size - 1)
            }
            (Err(_), Ok(0)) if first.is_empty() => (file.size, 0),
            _ => return Ok(whole),
        };
        if part.0 >= file.size {
            return Err(ApiError::range_not_satisfiable());
        }
        Ok(Part::Bytes {
            first: part.0,
            last: part.1,
            size: file.size,
        })
    }

    /// Whether the reader has the file: its bytes never change.
    pub(crate) fn is_known(&self, file: &StoredFile) -> bool {
        let tag = etag(file);
        self.known
            .as_ref()
            .is_some_and(|known| known.split(',').any(|known| known.trim() == tag))
    }
}

impl Part {
    pub(crate) fn bytes(self) -> Range<u64> {
        match self {
            Self::Whole { size } => 0..size,
            Self::Bytes { first, last, .. } => first..last + 1,
        }
    }
}

impl IntoResponse for FileAnswer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        guard(headers, &self.file);
        set(headers, header::ETAG, &etag(&self.file));
        set(
            headers,
            header::CACHE_CONTROL,
            "private, max-age=86400, immutable",
        );
        set(headers, header::ACCEPT_RANGES, "bytes");
        let Some(bytes) = self.bytes else {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        };
        set(headers, header::CONTENT_TYPE, &self.file.media_type);
        let range = self.range.bytes();
        headers.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
        if let Part::Bytes { first, last, size } = self.range {
            set(
                headers,
                header::CONTENT_RANGE,
                &format!("bytes {first}-{last}/{size}"),
            );
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        *response.body_mut() = Body::from_stream(bytes);
        response
    }
}

impl Describe for FileAnswer {
    fn describe(operation: &mut Operation<'_>) {
        let bytes = json!({ "type": "string", "format": "binary" });
        operation.answers(StatusCode::OK, "*/*", bytes.clone());
        operation.answers(StatusCode::PARTIAL_CONTENT, "*/*", bytes);
        operation.answers_nothing(StatusCode::NOT_MODIFIED);
        operation.fails(StatusCode::RANGE_NOT_SATISFIABLE);
    }
}

/// What keeps a browser from taking the file for a page of ours.
fn guard(headers: &mut HeaderMap, file: &StoredFile) {
    let passive = is_passive(&file.media_type);
    let disposition = if passive { "inline" } else { "attachment" };
    let name = utf8_percent_encode(&file.filename, IN_NAMES);
    let disposition = format!("{disposition}; filename*=UTF-8''{name}");
    set(headers, header::CONTENT_DISPOSITION, &disposition);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    // A page that isolates itself may still show the file.
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    set(headers, policy, "cross-origin");
    if !passive {
        set(headers, header::CONTENT_SECURITY_POLICY, SANDBOX);
    }
}

fn is_passive(media_type: &str) -> bool {
    let without_parameters = media_type.split(';').next().unwrap_or_default();
    let media_type = without_parameters.trim().to_ascii_lowercase();
    let is_image = |image: &str| PASSIVE_IMAGES.contains(&image);
    media_type == "text/plain"
        || PASSIVE.iter().any(|start| media_type.starts_with(start))
        || media_type.strip_prefix("image/").is_some_and(is_image)
}

fn etag(file: &StoredFile) -> String {
    format!("\"{}\"", file.id)
}

/// A value that is no header is left out.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests;
