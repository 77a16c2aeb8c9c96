//! The blocks of handlers and steps, one file for each kind.
//!
//! To add a kind: a row in [`language::BLOCKS`], a variant of [`BlockKind`], an arm here, and a file
//! of the kind's name here and in the engine.

mod add_message;
mod generate_image;
mod generate_speech;
mod generate_video;
mod next_message;
mod run_worker;
mod serialize_thread;
mod set_resource;
mod start_thread;
mod tool_call;
mod transcribe_audio;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Display, ModelRef, ThreadId};

use crate::agent;
use crate::cx::Cx;
use crate::display;
use crate::language;
use crate::names::is_upper_snake;
use crate::program::{Argument, Block, BlockKind, Place, Type};
use crate::rules::{
    output_type, unknown_output, unknown_source, unknown_thread, unresolved_argument,
};
use crate::scope::Scope;
use crate::table::{Table, Text};
use crate::yaml::{Entry, Key, Node};

/// `None` only where an error was reported.
pub(crate) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, entry: &Entry) -> Option<Block> {
    let table = Table::of_entry(entry)?;
    let row = language::block(table.text("block")?.value)?;
    let absent = row.display.unwrap_or_else(|| display_of_worker(cx, &table));
    let (display, description) = display::read(cx.problems, &table, absent);
    let kind = kind(cx, scope, row.kind, &entry.key, &table);
    let thread = match kind {
        // Of these two it is what they are about.
        Some(BlockKind::StartThread(_) | BlockKind::SerializeThread(_)) => ThreadId::main(),
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

/// How the worker that a block runs is declared to be shown; a stream where it is not declared.
fn display_of_worker(cx: &Cx<'_>, table: &Table<'_>) -> Display {
    let named = table.text("worker");
    let worker = named.and_then(|name| cx.names.workers.get(name.value));
    worker.map_or(Display::Stream, |worker| worker.display)
}

fn kind(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    word: &str,
    name: &Key,
    table: &Table<'_>,
) -> Option<BlockKind> {
    Some(match word {
        "add-message" => BlockKind::AddMessage(add_message::lower(cx, scope, table)?),
        "next-message" => BlockKind::NextMessage(next_message::lower(cx, table)?),
        "tool-call" => BlockKind::ToolCall(tool_call::lower(cx, scope, table)?),
        "run-worker" => BlockKind::RunWorker(run_worker::lower(cx, scope, table)?),
        "set-resource" => BlockKind::SetResource(set_resource::lower(cx, scope, table)?),
        "start-thread" => BlockKind::StartThread(start_thread::lower(cx, scope, name, table)?),
        "serialize-thread" => BlockKind::SerializeThread(serialize_thread::lower(cx, table)?),
        "generate-image" => BlockKind::GenerateImage(generate_image::lower(cx, scope, table)?),
        "generate-video" => BlockKind::GenerateVideo(generate_video::lower(cx, scope, table)?),
        "generate-speech" => BlockKind::GenerateSpeech(generate_speech::lower(cx, scope, table)?),
        "transcribe-audio" => {
            BlockKind::TranscribeAudio(transcribe_audio::lower(cx, scope, table)?)
        }
        _ => return None,
    })
}

/// The thread that a block names; the main one where it names none.
fn thread(cx: &mut Cx<'_>, table: &Table<'_>) -> ThreadId {
    match table.text("thread") {
        Some(name) => {
            unknown_thread::check(cx, name);
            ThreadId::from(&**name.value)
        }
        None => ThreadId::main(),
    }
}

/// The value that a key names.
fn source(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>, key: &str) -> Option<Place> {
    unknown_source::check(cx, scope, table.text(key)?)
}

/// The model that a key holds.
fn model(table: &Table<'_>, key: &str) -> Option<ModelRef> {
    agent::model(table.get(key)?)
}

/// The variable that takes the result of a block, which is of the type `ty` where that is known.
///
/// The outer `None` is an error that was reported.
fn output(cx: &mut Cx<'_>, table: &Table<'_>, ty: Option<&Type>) -> Option<Option<Arc<str>>> {
    let Some(name) = table.text("output") else {
        return Some(None);
    };
    let variable = unknown_output::check(cx, name)?;
    output_type::check(cx, name, ty);
    Some(Some(variable))
}

/// The `input` of a block that takes arguments: the exact name of a known value is that value, and
/// everything else is what it is.
fn arguments(
    cx: &mut Cx<'_>,
    scope: &Scope<'_>,
    table: &Table<'_>,
) -> BTreeMap<Arc<str>, Argument> {
    let entries = table.entries("input").iter();
    entries
        .map(|entry| {
            let argument = argument(cx, scope, &entry.value);
            (Arc::clone(&entry.key.name), argument)
        })
        .collect()
}

fn argument(cx: &mut Cx<'_>, scope: &Scope<'_>, node: &Node) -> Argument {
    if let Some(text) = Text::of(node) {
        if let Some(place) = scope.find(text.value) {
            cx.uses.read(scope.trigger(), &place);
            return Argument::Value(place);
        }
        if is_upper_snake(text.value) {
            unresolved_argument::report(cx, scope, text);
        }
    }
    Argument::Literal(node.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bundle, compile};

    /// A row of the list without an arm above would be lost without a word.
    #[test]
    fn every_kind_that_is_listed_is_lowered() {
        for row in language::BLOCKS {
            let kind = row.kind;
            let protocol = format!(
                "resources: {{ R: {{ type: string }} }}\n\
                 tools: {{ t: {{ description: d }} }}\n\
                 workers: {{ w: }}\n\
                 triggers: {{ go: }}\n\
                 agent: {{ model: a/b }}\n\
                 handlers: {{ go: {{ A: {{ block: {kind}, role: user, uiContent: R, tool: t, \
                 worker: w, resource: R, value: R, prompt: R, text: R, audio: R, \
                 imageModel: a/b, videoModel: a/b, speechModel: a/b, transcriptionModel: a/b }} }} }}"
            );
            let prompts = [("R", "")];
            let program = compile(&bundle(&protocol, &prompts))
                .program
                .expect("a program");
            let (_, trigger) = program.trigger("go").expect("a trigger");
            assert_eq!(trigger.handler[0].kind.as_str(), kind);
        }
    }
}
