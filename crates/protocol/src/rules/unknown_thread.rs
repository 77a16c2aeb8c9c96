//! A block speaks in a thread, or writes one down, that no `start-thread` block starts.
//!
//! Such a thread has the agent's model and nothing else, which is rarely what its author meant.

use domain::ThreadId;

use super::{Rule, thread_name, unstarted_thread};
use crate::cx::Cx;
use crate::names::{Quoted, is_kebab};
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::warning("OCT0512");

/// A worker has a rule of its own, [`unstarted_thread`].
pub(crate) fn check(cx: &mut Cx<'_>, name: Text<'_>) {
    if cx.started.is_some() {
        return unstarted_thread::check(cx, name);
    }
    let threads = &cx.names.threads;
    if **name.value == *ThreadId::MAIN || threads.contains(name.value) {
        return;
    }
    if !is_kebab(name.value) {
        return thread_name::check(cx.problems, name);
    }
    let nearest = cx
        .problems
        .nearest(name.value, threads.iter().map(|name| &**name));
    let message = format!("no block starts the thread {}", Quoted(name.value));
    let problem = RULE.at(name.region, message);
    cx.problems.push(match nearest {
        Some(_) => problem.did_you_mean(nearest),
        None => {
            let key = format!("thread: {}", name.value);
            problem.help(format!("add a `start-thread` block with {}", Quoted(&key)))
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[track_caller]
    fn check_blocks(blocks: &str, expected: &[&str]) {
        let protocol = format!(
            "agent: {{ model: a/b }}\n\
             triggers: {{ begin: , go: }}\n\
             handlers: {{ begin: {{ S: {{ block: start-thread, thread: side }} }}, go: {{ {blocks} }} }}"
        );
        check(&RULE, &protocol, &[], expected);
    }

    #[test]
    fn another_handler_may_start_it() {
        check_blocks("A: { block: next-message, thread: side }", &[]);
    }

    #[test]
    fn speaking_and_serialising() {
        check_blocks(
            "A: { block: next-message, thread: sied }, \
             B: { block: serialize-thread, thread: other }",
            &[
                "protocol.yaml:3:106 no block starts the thread `sied`",
                "protocol.yaml:3:152 no block starts the thread `other`",
            ],
        );
    }
}
