//! `transcribe-audio`: writes down what is said in a recording.

use super::{model, output, source};
use crate::cx::Cx;
use crate::program::{TranscribeAudio, Type};
use crate::scope::Scope;
use crate::table::Table;

pub(super) fn lower(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
) -> Option<TranscribeAudio> {
    let audio = source(cx, scope, table, "audio");
    let output = output(cx, table, Some(&Type::String));
    Some(TranscribeAudio {
        audio: audio?,
        model: model(table, "transcriptionModel")?,
        language: table.string("language"),
        timestamps: table.flag("timestamps"),
        output: output?,
    })
}
