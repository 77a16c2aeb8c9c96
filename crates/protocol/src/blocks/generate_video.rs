//! `generate-video`: makes a short clip.

use super::{model, output, source};
use crate::cx::Cx;
use crate::program::{GenerateVideo, Type};
use crate::rules::aspect_ratio;
use crate::scope::Scope;
use crate::table::Table;

pub(super) fn lower(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
) -> Option<GenerateVideo> {
    let prompt = source(cx, scope, table, "prompt");
    let output = output(cx, table, Some(&Type::String));
    let ratio = table.text("aspectRatio");
    Some(GenerateVideo {
        aspect_ratio: ratio.and_then(|ratio| aspect_ratio::check(cx.problems, ratio)),
        duration_seconds: table.whole("durationSeconds"),
        audio: table.bool("generateAudio"),
        reference_image: source(cx, scope, table, "referenceImage"),
        prompt: prompt?,
        model: model(table, "videoModel")?,
        output: output?,
    })
}
