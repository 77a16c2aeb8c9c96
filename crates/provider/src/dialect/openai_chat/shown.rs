//! What a user shows a model → a part of a message.

use std::borrow::Cow;

use domain::{Media, MediaContent};

use super::quirks::{AudioForm, PdfForm, Quirks};
use super::wire::{Address, Audio, ContentPart, File, InputAudio};
use crate::dialect::EncodeError;
use crate::dialect::media::{self, Kind};

/// # Errors
/// Where the vendor takes such a medium by its bytes alone, and only its address is known.
pub(super) fn part<'a>(quirks: &Quirks, media: &'a Media) -> Result<ContentPart<'a>, EncodeError> {
    let takes = &quirks.media;
    let address = |fetches: bool| match media.content {
        MediaContent::Url(_) if !fetches => Err(media::by_address(media, quirks.vendor)),
        MediaContent::Url(_) | MediaContent::Bytes(_) => Ok(Address {
            url: media::url(media),
        }),
    };
    Ok(match Kind::of(media) {
        Kind::Image if takes.images => ContentPart::ImageUrl {
            image_url: address(takes.fetches_images)?,
        },
        Kind::Video if takes.video => ContentPart::VideoUrl {
            video_url: address(takes.fetches_videos)?,
        },
        Kind::Pdf if takes.pdf != PdfForm::None => {
            let address = address(takes.pdf.fetches())?;
            pdf(takes.pdf, media, address)
        }
        Kind::Audio if takes.audio != AudioForm::None => audio(quirks, media)?,
        Kind::Text => text(media::quoted(media, media::text(media, quirks.vendor)?)),
        Kind::Image | Kind::Video | Kind::Pdf | Kind::Audio | Kind::Other => {
            text(media::unreadable(media))
        }
    })
}

fn text<'a>(text: String) -> ContentPart<'a> {
    ContentPart::Text {
        text: Cow::Owned(text),
    }
}

fn pdf(form: PdfForm, media: &Media, address: Address) -> ContentPart<'_> {
    let filename = media::name(media);
    match (form, &media.content) {
        (PdfForm::DocumentUrl, _) => ContentPart::DocumentUrl {
            document_url: address.url,
            document_name: filename,
        },
        (PdfForm::TypedFile, MediaContent::Bytes(bytes)) => ContentPart::File {
            file: File::Typed {
                filename,
                media_type: &media.media_type,
                data: media::base64(bytes),
            },
        },
        _ => ContentPart::File {
            file: File::Data {
                filename,
                file_data: address.url,
            },
        },
    }
}

fn audio<'a>(quirks: &Quirks, media: &'a Media) -> Result<ContentPart<'a>, EncodeError> {
    let bytes = match &media.content {
        MediaContent::Bytes(bytes) => bytes,
        MediaContent::Url(_) => return Err(media::by_address(media, quirks.vendor)),
    };
    let input_audio = match (quirks.media.audio, format(&media.media_type)) {
        (AudioForm::Plain, _) => InputAudio::Plain(media::base64(bytes)),
        (_, Some(format)) => InputAudio::Typed(Audio {
            data: media::base64(bytes),
            format,
        }),
        (_, None) => return Ok(text(media::unreadable(media))),
    };
    Ok(ContentPart::InputAudio { input_audio })
}

/// The two forms of a recording that all know.
fn format(media_type: &str) -> Option<&'static str> {
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    match media_type {
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => Some("wav"),
        "audio/mpeg" | "audio/mp3" => Some("mp3"),
        _ => None,
    }
}
