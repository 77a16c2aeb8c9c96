//! `next-message`: asks the thread's model for an answer.

use std::sync::Arc;

use super::output;
use crate::cx::Cx;
use crate::program::{NextMessage, Type};
use crate::rules::{response_type, unstarted_thread};
use crate::table::Table;

pub(super) fn lower(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<NextMessage> {
    unstarted_thread::check_absent(cx, table);
    let written = table.text("responseType");
    let response_type = written.and_then(|name| response_type::check(cx, name));
    let ty = match (&response_type, written) {
        (Some(named), _) => Some(Type::Named(Arc::clone(named))),
        (None, Some(_)) => None,
        (None, None) => Some(Type::String),
    };
    Some(NextMessage {
        output: output(cx, table, ty.as_ref())?,
        independent: table.flag("independent"),
        response_type,
    })
}
