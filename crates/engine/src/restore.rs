//! The inverse of `messages::ui`: a client's copy of its chat becomes items again (CONTRACT 4.3).
//!
//! What the copy shows is shown again. What a client never saw is gone: directives, system messages,
//! the private history of threads, and every result and argument that a display mode kept from it.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{
    Audience, Author, Body, CopiedCall, CopiedMessage, CopiedPart, CopiedStatus, CopiedWorker,
    Display, Item, MessageId, Outcome, Role, ThreadId, Timestamp, Todo, ToolCall, ToolCallId,
    WorkerId,
};
use serde_json::Value;

/// What a model reads in place of a result that the client was not shown.
const NOT_KEPT: &str = "(The result was not kept.)";
/// What it reads where the client was told of a failure, but not of which.
const FAILED: &str = "The tool failed.";

/// The items of a copy, each with the time of its message; `now` where the copy has none.
#[must_use]
pub fn items(messages: Vec<CopiedMessage>, now: Timestamp) -> Vec<(Timestamp, Arc<Item>)> {
    let mut restored = Restored::default();
    for message in messages {
        let author = match message.role {
            // No client is shown one, so this is not of our making.
            Role::System => continue,
            Role::User => Author::User {
                sender: message.sender,
            },
            Role::Assistant => Author::Assistant,
        };
        let created = message.created_at.as_deref().and_then(Timestamp::parse);
        let frame = Frame {
            message: MessageId::from(unused(&mut restored.messages, message.id.shared())),
            author,
            created: created.unwrap_or(now),
            worker: None,
            audience: Audience::Both,
        };
        for part in message.parts {
            restored.part(&frame, part);
        }
    }
    restored.items
}

/// The list of what is to be done that a copy ends with.
#[must_use]
pub fn todos(items: &[(Timestamp, Arc<Item>)]) -> Vec<Todo> {
    let newest = items.iter().rev().find_map(|(_, item)| {
        let Body::Todo { todos } = &item.body else {
            return None;
        };
        item.worker.is_none().then(|| todos.clone())
    });
    newest.unwrap_or_default()
}

/// What the items of one message, or of one worker in it, have in common.
#[derive(Clone)]
struct Frame {
    message: MessageId,
    author: Author,
    created: Timestamp,
    worker: Option<WorkerId>,
    audience: Audience,
}

#[derive(Default)]
struct Restored {
    items: Vec<(Timestamp, Arc<Item>)>,
    /// Ids that are taken: two messages of one id would become one, two calls share a result.
    messages: HashSet<Arc<str>>,
    calls: HashSet<Arc<str>>,
    workers: HashSet<Arc<str>>,
}

impl Restored {
    fn part(&mut self, frame: &Frame, part: CopiedPart) {
        let (body, thread) = match part {
            CopiedPart::Text { text, thread } => (Body::Text { text }, thread),
            CopiedPart::Reasoning {
                text,
                thread,
                provider_metadata,
            } => {
                let opaque = provider_metadata.map(Arc::new);
                (Body::Reasoning { text, opaque }, thread)
            }
            CopiedPart::ToolCall(call) => return self.call(frame, call),
            CopiedPart::StepStart => (Body::Step, None),
            CopiedPart::Operation {
                operation_id,
                name,
                operation_type,
                thread,
            } => {
                let operation = Body::Operation {
                    id: operation_id,
                    name,
                    operation_type,
                    done: true,
                };
                (operation, thread)
            }
            CopiedPart::Source { source, thread } => (Body::Source(source), thread),
            CopiedPart::File { file, thread } => {
                let (file, call) = (file.file, file.tool_call_id);
                (Body::File { file, call }, thread)
            }
            CopiedPart::Object {
                id,
                type_name,
                object,
                partial,
                thread,
            } => match object.or(partial) {
                Some(value) => (
                    Body::Object {
                        id,
                        type_name,
                        value,
                    },
                    thread,
                ),
                None => return,
            },
            CopiedPart::Worker(worker) => return self.worker(frame, worker),
            CopiedPart::Todo { todos, thread } => (Body::Todo { todos }, thread),
            CopiedPart::Unknown => return,
        };
        self.add(frame, thread, body);
    }

    fn call(&mut self, frame: &Frame, call: CopiedCall) {
        let id = ToolCallId::from(unused(&mut self.calls, call.tool_call_id.shared()));
        // Older copies name no mode; only one of the modes keeps a result.
        let display = call.display.unwrap_or(match call.result {
            Some(_) => Display::Stream,
            None => Display::Description,
        });
        let outcome = outcome(call.status, display, call.result, call.error);
        let restored = ToolCall {
            id: id.clone(),
            name: call.tool_name,
            arguments: call.args,
            display,
            label: call.display_name,
            opaque: call.provider_metadata,
        };
        let body = Body::Call(Arc::new(restored));
        self.add(frame, call.thread.clone(), body);
        if let Some(outcome) = outcome.map(Arc::new) {
            self.add(frame, call.thread, Body::Result { call: id, outcome });
        }
    }

    /// The client is shown the worker again, and the model reads of a tool that it called.
    fn worker(&mut self, frame: &Frame, copied: CopiedWorker) {
        // A worker within a worker has a part of its own in the message.
        if frame.worker.is_some() {
            return;
        }
        let id = WorkerId::from(unused(&mut self.workers, copied.worker_id.shared()));
        let (slug, input) = (copied.worker_slug, copied.input);
        let display = match (&input, &copied.description) {
            (Some(_), _) => Display::Stream,
            (None, _) if !copied.parts.is_empty() => Display::Stream,
            (None, Some(_)) => Display::Description,
            (None, None) => Display::Name,
        };
        let model = Frame {
            audience: Audience::Model,
            ..frame.clone()
        };
        let client = Frame {
            audience: Audience::Client,
            ..frame.clone()
        };
        let call = ToolCall {
            id: ToolCallId::from(unused(&mut self.calls, id.shared())),
            name: slug.to_string(),
            arguments: input.clone().unwrap_or_default(),
            display: Display::Hidden,
            label: None,
            opaque: None,
        };
        let (of_call, call) = (call.id.clone(), Body::Call(Arc::new(call)));
        self.add(&model, None, call);
        let start = Body::WorkerStart {
            worker: id.clone(),
            slug,
            description: copied.description,
            input: input.unwrap_or_default(),
            display,
        };
        self.add(&client, None, start);
        let within = Frame {
            worker: Some(id.clone()),
            ..client.clone()
        };
        for part in copied.parts {
            self.part(&within, part);
        }
        let output = copied.output.or(Some(Value::Null));
        let outcome = outcome(copied.status, Display::Stream, output, copied.error);
        let Some(outcome) = outcome.map(Arc::new) else {
            return;
        };
        let end = Body::WorkerEnd {
            worker: id,
            outcome: Arc::clone(&outcome),
        };
        self.add(&client, None, end);
        let result = Body::Result {
            call: of_call,
            outcome,
        };
        self.add(&model, None, result);
    }

    fn add(&mut self, frame: &Frame, thread: Option<ThreadId>, body: Body) {
        let item = Item {
            message: frame.message.clone(),
            author: frame.author.clone(),
            worker: frame.worker.clone(),
            thread: thread.unwrap_or_else(ThreadId::main),
            audience: frame.audience,
            body,
        };
        self.items.push((frame.created, Arc::new(item)));
    }
}

/// A call that was under way, or cut off, has none: both folds read that as cancelled.
fn outcome(
    status: CopiedStatus,
    display: Display,
    result: Option<Value>,
    error: Option<String>,
) -> Option<Outcome> {
    match status {
        CopiedStatus::Done => Some(Outcome::Output(match (display, result) {
            (Display::Stream, result) => result.unwrap_or_default(),
            (_, Some(result)) => result,
            (_, None) => NOT_KEPT.into(),
        })),
        CopiedStatus::Error => Some(Outcome::Error(error.unwrap_or_else(|| FAILED.into()))),
        CopiedStatus::Pending | CopiedStatus::Running | CopiedStatus::Cancelled => None,
    }
}

/// The id itself, or one made from it where it is taken.
fn unused(taken: &mut HashSet<Arc<str>>, id: Arc<str>) -> String {
    let from = taken.len();
    let numbered = (from..).map(|number| Arc::from(format!("{id}-{number}")));
    let free = std::iter::once(Arc::clone(&id))
        .chain(numbered)
        .find(|id| taken.insert(Arc::clone(id)));
    free.unwrap_or(id).to_string()
}
