//! What a user shows a model, in the words that vendors have in common.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::{Media, MediaContent};

use super::EncodeError;

/// What a vendor must know of a medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Image,
    Pdf,
    /// Anything whose bytes are text.
    Text,
    Audio,
    Video,
    Other,
}

impl Kind {
    pub(crate) fn of(media: &Media) -> Self {
        let media_type = media.media_type.split(';').next().unwrap_or_default();
        match media_type.trim().split_once('/') {
            Some(("image", "png" | "jpeg" | "jpg" | "gif" | "webp")) => Self::Image,
            Some(("image", "svg+xml")) => Self::Text,
            Some(("audio", _)) => Self::Audio,
            Some(("video", _)) => Self::Video,
            Some(("application", "pdf")) => Self::Pdf,
            Some(("text", _)) => Self::Text,
            Some(("application", name)) if is_textual(name) => Self::Text,
            Some(_) | None => Self::Other,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Image => "an image",
            Self::Pdf => "a PDF document",
            Self::Audio => "an audio recording",
            Self::Video => "a video",
            Self::Text | Self::Other => "a file",
        }
    }
}

fn is_textual(name: &str) -> bool {
    let known = [
        "json",
        "xml",
        "yaml",
        "x-yaml",
        "toml",
        "javascript",
        "sql",
        "csv",
    ];
    known.contains(&name) || name.ends_with("+json") || name.ends_with("+xml")
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes, or their address, as one URL.
pub(crate) fn url(media: &Media) -> String {
    match &media.content {
        MediaContent::Url(url) => url.to_string(),
        MediaContent::Bytes(bytes) => format!("data:{};base64,{}", media.media_type, base64(bytes)),
    }
}

/// The bytes of a text file.
///
/// # Errors
/// Where only its address is known: no vendor fetches those.
pub(crate) fn text<'a>(media: &'a Media, vendor: &'static str) -> Result<&'a str, EncodeError> {
    match &media.content {
        // What is no UTF-8 is not text; a model would read noise.
        MediaContent::Bytes(bytes) => Ok(std::str::from_utf8(bytes).unwrap_or("(not readable)")),
        MediaContent::Url(_) => Err(by_address(media, vendor)),
    }
}

pub(crate) fn by_address(media: &Media, vendor: &'static str) -> EncodeError {
    EncodeError::MediaAddress {
        name: name(media).to_owned(),
        media_type: media.media_type.to_string(),
        vendor,
    }
}

pub(crate) fn name(media: &Media) -> &str {
    media.filename.as_deref().unwrap_or("file")
}

/// A text file as a piece of what the user says.
pub(crate) fn quoted(media: &Media, text: &str) -> String {
    format!("<file name=\"{}\">\n{text}\n</file>", name(media))
}

/// What stands in for a medium that the model cannot read: it must not believe that it saw it.
pub(crate) fn unreadable(media: &Media) -> String {
    let (kind, media_type) = (Kind::of(media).word(), &media.media_type);
    format!(
        "[The user attached {kind}, `{}` ({media_type}), which you cannot read.]",
        name(media)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(media_type: &str) -> Media {
        Media {
            media_type: media_type.into(),
            filename: Some("a.bin".into()),
            file: None,
            content: MediaContent::Bytes(b"hi".as_slice().into()),
        }
    }

    #[test]
    fn a_kind_is_told_by_the_media_type() {
        for (media_type, kind) in [
            ("image/png", Kind::Image),
            ("image/svg+xml", Kind::Text),
            ("image/tiff", Kind::Other),
            ("application/pdf", Kind::Pdf),
            ("text/plain; charset=utf-8", Kind::Text),
            ("application/ld+json", Kind::Text),
            ("audio/mpeg", Kind::Audio),
            ("video/mp4", Kind::Video),
            ("application/zip", Kind::Other),
            ("", Kind::Other),
        ] {
            assert_eq!(Kind::of(&media(media_type)), kind, "{media_type}");
        }
    }

    #[test]
    fn bytes_go_into_a_url() {
        assert_eq!(url(&media("image/png")), "data:image/png;base64,aGk=");
        assert_eq!(text(&media("text/plain"), "acme"), Ok("hi"));
    }
}
