//! `serialize-thread`: writes a thread's conversation into a variable.

use super::{output, thread};
use crate::cx::Cx;
use crate::program::{SerializeThread, ThreadFormat, Type};
use crate::rules::unstarted_thread;
use crate::table::Table;

const FORMATS: &[(&str, ThreadFormat)] = &[
    ("markdown", ThreadFormat::Markdown),
    ("json", ThreadFormat::Json),
];

pub(super) fn lower(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<SerializeThread> {
    let format = table.choice("format", FORMATS);
    unstarted_thread::check_absent(cx, table);
    Some(SerializeThread {
        thread: thread(cx, table),
        format: format.unwrap_or(ThreadFormat::Markdown),
        output: output(cx, table, Some(&Type::String))?,
    })
}
