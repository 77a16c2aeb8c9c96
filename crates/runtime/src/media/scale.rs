//! Images that are larger than a model shall be shown (`maxImageDimension`). The same image and the same
//! cap always give the same bytes.

use std::io::Cursor;

use bytes::Bytes;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, ImageResult, Limits};

/// A small file can hold a picture of gigabytes; this is what its pixels may take.
const MOST_BYTES: u64 = 256 << 20;

/// An image that was made smaller.
#[derive(Clone, Debug)]
pub(crate) struct Scaled {
    pub(crate) bytes: Bytes,
    pub(crate) media_type: &'static str,
    /// In pixels, width and height.
    pub(crate) original: [u32; 2],
    pub(crate) delivered: [u32; 2],
}

/// The image with its longer side cut down to `cap` pixels. `None` where it is not longer, or is of no
/// format that is known here: then it is shown as it is.
pub(crate) fn downscaled(bytes: &[u8], cap: u32) -> Option<Scaled> {
    let (width, height) = reader(bytes)?.into_dimensions().ok()?;
    if width.max(height) <= cap {
        return None;
    }
    scaled(bytes, cap, MOST_BYTES).ok()
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let reader = ImageReader::new(Cursor::new(bytes));
    reader.with_guessed_format().ok()
}

fn scaled(bytes: &[u8], cap: u32, most: u64) -> ImageResult<Scaled> {
    let reader = reader(bytes).ok_or_else(unreadable)?;
    let format = reader.format().ok_or_else(unreadable)?;
    let mut decoder = reader.into_decoder()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(most);
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    // A camera notes how it was held, which the new image would not say.
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    let original = [image.width(), image.height()];
    let smaller = image.resize(cap, cap, FilterType::Triangle);
    // Of what moves the first picture is shown.
    let (format, media_type) = if format == ImageFormat::Jpeg {
        (ImageFormat::Jpeg, "image/jpeg")
    } else if format == ImageFormat::WebP {
        (ImageFormat::WebP, "image/webp")
    } else {
        (ImageFormat::Png, "image/png")
    };
    let mut written = Cursor::new(Vec::new());
    smaller.write_to(&mut written, format)?;
    Ok(Scaled {
        bytes: written.into_inner().into(),
        media_type,
        original,
        delivered: [smaller.width(), smaller.height()],
    })
}

fn unreadable() -> image::ImageError {
    image::ImageError::IoError(std::io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::new_rgb8(width, height);
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_is_too_large_fits_and_keeps_its_shape() {
        for (format, media_type) in [
            (ImageFormat::Png, "image/png"),
            (ImageFormat::Jpeg, "image/jpeg"),
            (ImageFormat::WebP, "image/webp"),
            (ImageFormat::Gif, "image/png"),
        ] {
            let bytes = picture(400, 100, format);
            let scaled = downscaled(&bytes, 200).unwrap();
            assert_eq!(scaled.media_type, media_type);
            assert_eq!(scaled.original, [400, 100]);
            assert_eq!(scaled.delivered, [200, 50]);
            let read = image::load_from_memory(&scaled.bytes).unwrap();
            assert_eq!([read.width(), read.height()], scaled.delivered);
            assert_eq!(downscaled(&bytes, 200).unwrap().bytes, scaled.bytes);
        }
    }

    #[test]
    fn a_small_file_of_a_huge_picture_is_not_opened() {
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
        ] {
            let bytes = picture(400, 100, format);
            let error = scaled(&bytes, 200, 10_000).unwrap_err();
            assert!(matches!(error, image::ImageError::Limits(_)), "{error}");
        }
    }

    #[test]
    fn what_fits_or_is_no_image_is_left_alone() {
        assert!(downscaled(&picture(200, 100, ImageFormat::Png), 200).is_none());
        assert!(downscaled(b"not an image", 10).is_none());
        assert!(downscaled(&picture(400, 100, ImageFormat::Png)[..60], 10).is_none());
    }
}
