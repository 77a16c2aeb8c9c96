//! `generate-image`: makes an image, or changes the reference images.

use std::sync::Arc;

use super::{output, source};
use crate::agent::model;
use crate::cx::Cx;
use crate::program::{GenerateImage, Resolution, Type};
use crate::rules::{aspect_ratio, image_size, unknown_source};
use crate::scope::Scope;
use crate::setting;
use crate::table::Table;

const RESOLUTIONS: &[(&str, Resolution)] = &[
    ("1K", Resolution::OneK),
    ("2K", Resolution::TwoK),
    ("4K", Resolution::FourK),
];

/// The ratio where none is named (CONTRACT 5.3).
const SQUARE: &str = "1:1";

/// What each of the older sizes is as a ratio.
const SIZES: &[(&str, &str)] = &[
    ("1024x1024", "1:1"),
    ("1792x1024", "16:9"),
    ("1024x1792", "9:16"),
];

pub(super) fn lower(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
) -> Option<GenerateImage> {
    let prompt = source(cx, scope, table, "prompt");
    let model = setting::read(cx, table, "imageModel", model);
    let output = output(cx, table, Some(&Type::String));
    let images = table.texts("referenceImages");
    let images: Vec<_> = images
        .filter_map(|name| unknown_source::check(cx, scope, name))
        .collect();
    Some(GenerateImage {
        aspect_ratio: ratio(cx, table),
        resolution: table.choice("resolution", RESOLUTIONS),
        reference_images: images,
        prompt: prompt?,
        model: model?,
        output: output?,
    })
}

fn ratio(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<Arc<str>> {
    if let Some(entry) = table.entry("size") {
        let ratio = table.choice("size", SIZES);
        let has_ratio = table.entry("aspectRatio").is_some();
        let problem = image_size::report(entry.key.region, ratio, has_ratio);
        cx.problems.push(problem);
        if !has_ratio {
            return ratio.map(Arc::from);
        }
    }
    match table.text("aspectRatio") {
        Some(ratio) => aspect_ratio::check(cx.problems, ratio),
        None => Some(SQUARE.into()),
    }
}
