//! `serialize-thread`: writes a thread's conversation into a variable.

use crate::cx::Cx;
use crate::program::{SerializeThread, ThreadFormat};
use crate::rules::unknown_output;
use crate::table::Table;

const FORMATS: &[(&str, ThreadFormat)] = &[
    ("markdown", ThreadFormat::Markdown),
    ("json", ThreadFormat::Json),
];

pub(super) fn lower(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<SerializeThread> {
    let format = table.choice(cx.problems, "format", FORMATS);
    let output = table
        .text(cx.problems, "output")
        .and_then(|name| unknown_output::check(cx, name));
    Some(SerializeThread {
        thread: super::thread(cx, table),
        format: format.unwrap_or(ThreadFormat::Markdown),
        output,
    })
}
