//! `next-message`: asks the thread's model for an answer.

use crate::cx::Cx;
use crate::program::NextMessage;
use crate::rules::unknown_output;
use crate::table::Table;

pub(super) fn lower(cx: &mut Cx<'_>, table: &Table<'_>) -> Option<NextMessage> {
    let output = table
        .text(cx.problems, "output")
        .and_then(|name| unknown_output::check(cx, name));
    Some(NextMessage {
        output,
        independent: table.flag(cx.problems, "independent"),
        response_type: None,
    })
}
