//! `start-thread`: begins a thread of its own.

use std::sync::Arc;

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
    let written = table.text("thread");
    if let Some(name) = written {
        thread_name::check(cx.problems, name);
    }
    // Without a name of its own the thread is called like the block, in whatever way that is written.
    let name = written.unwrap_or_else(|| Text::of_key(block));
    thread_name::not_main(cx.problems, name, cx.started.is_some());
    if let Some(started) = &mut cx.started {
        started.insert(Arc::clone(name.value));
    }
    Some(StartThread {
        thread: ThreadId::from(&**name.value),
        agent: Box::new(agent::lower_thread(cx, scope, name.value, table)?),
    })
}
