//! `start-thread`: begins a thread of its own.

use domain::ThreadId;

use crate::agent;
use crate::cx::Cx;
use crate::program::StartThread;
use crate::rules::thread_name;
use crate::scope::Scope;
use crate::table::{Table, Text};
use crate::yaml::Key;

pub(super) fn lower(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    block: &Key,
    table: &Table<'_>,
) -> Option<StartThread> {
    let written = table.text(cx.problems, "thread");
    if let Some(name) = written {
        thread_name::check(cx.problems, name);
    }
    // Without a name of its own the thread is called like the block, in whatever way that is written.
    let name = written.unwrap_or(Text {
        value: &block.name,
        region: block.region,
    });
    thread_name::not_main(cx.problems, name);
    Some(StartThread {
        thread: ThreadId::from(&**name.value),
        agent: Box::new(agent::lower_thread(cx, scope, table)?),
    })
}
