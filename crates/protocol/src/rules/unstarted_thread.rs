//! A step of a worker speaks in a thread that no step before it has started.
//!
//! A worker has no main thread: every one begins with a `start-thread` block.

use domain::ThreadId;

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::region::Region;
use crate::table::{Table, Text};

pub(crate) const RULE: Rule = Rule::error("OCT0516");

/// A thread that is named. Says nothing in an interactive agent.
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) {
    check_name(cx, name.value, name.region);
}

/// The thread of a block that names none: it would be the main one.
pub(crate) fn check_absent(cx: &mut Cx<'_>, table: &Table<'_>) {
    if table.entry("thread").is_none() {
        check_name(cx, ThreadId::MAIN, table.region);
    }
}

fn check_name(cx: &mut Cx<'_>, name: &str, region: Region) {
    let Some(started) = &cx.started else {
        return;
    };
    if started.contains(name) {
        return;
    }
    let nearest = started.iter().map(|name| &**name);
    let nearest = cx.problems.nearest(name, nearest);
    let message = format!("no step before this one starts the thread {}", Quoted(name));
    let problem = RULE.at(region, message);
    cx.problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => problem.help("add a `start-thread` block before it, and name its thread here"),
    });
}
