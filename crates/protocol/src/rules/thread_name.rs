//! Threads are `lower-case-with-dashes`, and none but the agent's own is called `main`.

use domain::ThreadId;

use super::Rule;
use crate::names::{Quoted, is_kebab};
use crate::problems::Problems;
use crate::table::Text;

pub(crate) const RULE: Rule = Rule::error("OCT0511");

/// A thread that is started.
pub(crate) fn not_main(problems: &mut Problems, name: Text<'_>, in_worker: bool) {
    if **name.value != *ThreadId::MAIN {
        return;
    }
    let (message, help) = if in_worker {
        (
            "the thread `main` is that of an interactive agent",
            "give the thread another name, and name it in each step that speaks in it",
        )
    } else {
        (
            "the thread `main` is the agent's own and begins by itself",
            "give the thread another name, or set up the main one under `agent`",
        )
    };
    problems.push(RULE.at(name.region, message).help(help));
}

/// A thread that is named.
pub(crate) fn check(problems: &mut Problems, name: Text<'_>) {
    if !is_kebab(name.value) {
        let message = format!(
            "the thread name {} is not lower-case-with-dashes",
            Quoted(name.value)
        );
        let help = "use small letters, digits and `-`";
        problems.push(RULE.at(name.region, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::check;

    #[track_caller]
    fn check_blocks(blocks: &str, expected: &[&str]) {
        let protocol = format!(
            "agent: {{ model: a/b }}\n\
             triggers: {{ go: }}\n\
             handlers: {{ go: {{ {blocks} }} }}"
        );
        check(&RULE, &protocol, &[], expected);
    }

    #[test]
    fn whoever_names_it() {
        check_blocks(
            "A: { block: start-thread, thread: My Side }, \
             B: { block: next-message, thread: Side_2 }",
            &[
                "protocol.yaml:3:53 the thread name `My Side` is not lower-case-with-dashes",
                "protocol.yaml:3:98 the thread name `Side_2` is not lower-case-with-dashes",
            ],
        );
    }

    #[test]
    fn the_main_thread_is_not_started() {
        check_blocks(
            "A: { block: start-thread, thread: main }, B: { block: next-message, thread: main }",
            &["protocol.yaml:3:53 the thread `main` is the agent's own and begins by itself"],
        );
        check_blocks(
            "main: { block: start-thread }",
            &["protocol.yaml:3:19 the thread `main` is the agent's own and begins by itself"],
        );
    }

    #[test]
    fn a_thread_may_be_called_like_its_block() {
        check_blocks(
            "Ask an expert: { block: start-thread }, \
             B: { block: next-message, thread: Ask an expert }",
            &[],
        );
    }
}
