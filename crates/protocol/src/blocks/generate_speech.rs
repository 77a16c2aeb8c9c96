//! `generate-speech`: speaks a text.

use super::{model, output, source};
use crate::cx::Cx;
use crate::program::{AudioFormat, GenerateSpeech, Type};
use crate::scope::Scope;
use crate::table::Table;

const FORMATS: &[(&str, AudioFormat)] = &[
    ("mp3", AudioFormat::Mp3),
    ("opus", AudioFormat::Opus),
    ("aac", AudioFormat::Aac),
    ("flac", AudioFormat::Flac),
    ("wav", AudioFormat::Wav),
];

pub(super) fn lower(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
) -> Option<GenerateSpeech> {
    let text = source(cx, scope, table, "text");
    let output = output(cx, table, Some(&Type::String));
    let format = table.choice("format", FORMATS);
    Some(GenerateSpeech {
        text: text?,
        model: model(table, "speechModel")?,
        voice: table.string("voice"),
        format: format.unwrap_or(AudioFormat::Mp3),
        instructions: table.string("instructions"),
        language: table.string("language"),
        speed: table.number("speed"),
        output: output?,
    })
}
