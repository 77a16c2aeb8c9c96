//! The blocks of handlers, one file for each kind.
//!
//! To add a kind: a row in [`language::BLOCKS`], a variant of [`BlockKind`], an arm here, and a file
//! of the kind's name here and in the engine.

mod add_message;
mod next_message;
mod serialize_thread;
mod set_resource;
mod start_thread;
mod tool_call;

use std::sync::Arc;

use domain::{Display, ThreadId};

use crate::cx::Cx;
use crate::display;
use crate::language;
use crate::program::{Block, BlockKind};
use crate::rules::{missing_key, not_supported_yet, unknown_block, unknown_thread};
use crate::scope::Scope;
use crate::table::{self, Table, Text};
use crate::yaml::Entry;

/// `None` only where an error was reported.
pub(crate) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, entry: &Entry) -> Option<Block> {
    let table = open(cx, entry)?;
    let word: &str = table.text(cx.problems, "block")?.value;
    let (kind, absent) = match word {
        "add-message" => (
            add_message::lower(cx, scope, &table).map(BlockKind::AddMessage),
            Display::Hidden,
        ),
        "next-message" => (
            next_message::lower(cx, &table).map(BlockKind::NextMessage),
            Display::Stream,
        ),
        "tool-call" => (
            tool_call::lower(cx, scope, &table).map(BlockKind::ToolCall),
            Display::Description,
        ),
        "set-resource" => (
            set_resource::lower(cx, scope, &table).map(BlockKind::SetResource),
            Display::Name,
        ),
        "start-thread" => (
            start_thread::lower(cx, scope, &entry.key, &table).map(BlockKind::StartThread),
            Display::Hidden,
        ),
        "serialize-thread" => (
            serialize_thread::lower(cx, &table).map(BlockKind::SerializeThread),
            Display::Name,
        ),
        _ => return None,
    };
    let (display, description) = display::read(cx.problems, &table, absent);
    let thread = match word {
        // Of these two it is what they are about.
        "start-thread" | "serialize-thread" => ThreadId::main(),
        _ => thread(cx, &table),
    };
    Some(Block {
        name: Arc::clone(&entry.key.name),
        display,
        description,
        thread,
        kind: kind?,
    })
}

/// The block's map, once its kind is known to be one that compiles.
fn open<'a>(cx: &mut Cx<'_>, entry: &'a Entry) -> Option<Table<'a>> {
    let problems = &mut *cx.problems;
    let name = &entry.key.name;
    let entries = table::entries(problems, name, "a block", &entry.value)?;
    let mut keys = entries.iter().filter(|it| !it.value.is_null());
    let Some(kind) = keys.find(|it| &*it.key.name == "block") else {
        problems.push(missing_key::report(entry.key.region, "a block", "block"));
        return None;
    };
    let kind: Text<'_> = table::text(problems, "block", &kind.value)?;
    let word: &str = kind.value;
    if let Some((_, section)) = language::BLOCKS.iter().find(|(name, _)| *name == word) {
        return Table::open(problems, section, &entry.key, &entry.value);
    }
    if language::LATER_BLOCKS.contains(&word) {
        problems.push(not_supported_yet::block(kind.region, word));
    } else {
        unknown_block::report(problems, kind);
    }
    None
}

/// The thread that a block names; the main one where it names none.
fn thread(cx: &mut Cx<'_>, table: &Table<'_>) -> ThreadId {
    match table.text(cx.problems, "thread") {
        Some(name) => {
            unknown_thread::check(cx, name);
            ThreadId::from(&**name.value)
        }
        None => ThreadId::main(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::bundle;

    /// A row of the list without an arm above would be lost without a word.
    #[test]
    fn every_kind_that_is_listed_is_lowered() {
        for (kind, _) in language::BLOCKS {
            let protocol = format!(
                "resources: {{ R: {{ type: string }} }}\n\
                 tools: {{ t: {{ description: d }} }}\n\
                 triggers: {{ go: }}\n\
                 agent: {{ model: a/b }}\n\
                 handlers: {{ go: {{ A: {{ block: {kind}, role: user, uiContent: R, tool: t, \
                 resource: R, value: R }} }} }}"
            );
            let program = crate::compile(&bundle(&protocol, &[]))
                .program
                .expect("a program");
            let block = &program.trigger("go").expect("a trigger").1.handler[0];
            assert_eq!(block.kind.as_str(), *kind);
        }
    }
}
