//! All messages of a session, with all of their parts, the hidden ones included.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{
    Author, Body, ChatMessage, Display, FilePart, Item, MessageId, MessagePart, ObjectInfo,
    OperationInfo, Outcome, PartBody, Role, StoredItem, TodoInfo, ToolCall, ToolCallId,
    ToolCallInfo, ToolCallStatus, WorkerId, WorkerInfo,
};

use super::Live;

/// All messages with all of their parts, in the order in which they began to speak.
#[must_use]
pub fn chat(items: &[StoredItem], live: Option<&Live>) -> Vec<ChatMessage> {
    let later = Later::of(items, live);
    let mut places: HashMap<&MessageId, usize> = HashMap::new();
    let mut messages: Vec<Growing> = Vec::new();
    for stored in items.iter().filter(|stored| is_top_level(&stored.item)) {
        let Some(part) = part(&stored.item, &later) else {
            continue;
        };
        let place = *places.entry(&stored.item.message).or_insert_with(|| {
            messages.push(Growing::new(stored));
            messages.len() - 1
        });
        if let Some(growing) = messages.get_mut(place) {
            growing.add(stored.seq, part);
        }
    }
    messages.sort_by_key(|growing| growing.spoke.unwrap_or(growing.began));
    messages
        .into_iter()
        .map(|growing| growing.message)
        .collect()
}

/// A message while its parts are collected.
struct Growing {
    message: ChatMessage,
    began: i64,
    /// Where it says something in the chat first. A tool or a thread may come before the block that
    /// adds what the user said, which stands above the answer all the same.
    spoke: Option<i64>,
}

impl Growing {
    fn new(first: &StoredItem) -> Self {
        Self {
            message: empty_message(first),
            began: first.seq,
            spoke: None,
        }
    }

    fn add(&mut self, seq: i64, part: MessagePart) {
        let speaks = match &part.body {
            PartBody::Text { .. } | PartBody::Reasoning { .. } | PartBody::Object { .. } => true,
            PartBody::ToolCall { .. }
            | PartBody::StepStart
            | PartBody::Operation { .. }
            | PartBody::Source { .. }
            | PartBody::File { .. }
            | PartBody::Worker { .. }
            | PartBody::Todo { .. } => false,
        };
        if speaks && part.visible && part.thread.is_none() {
            self.spoke.get_or_insert(seq);
        }
        add_part(&mut self.message, part);
    }
}

/// What parts hold that only comes to light later.
#[derive(Default)]
struct Later<'a> {
    outcomes: HashMap<&'a ToolCallId, &'a Outcome>,
    workers: HashMap<&'a WorkerId, &'a Outcome>,
    live: Option<&'a Live>,
    nested: HashMap<&'a WorkerId, Vec<MessagePart>>,
}

impl<'a> Later<'a> {
    fn of(items: &'a [StoredItem], live: Option<&'a Live>) -> Self {
        let mut later = Self {
            live,
            ..Self::default()
        };
        for stored in items {
            match &stored.item.body {
                Body::Result { call, outcome } => {
                    later.outcomes.entry(call).or_insert(&**outcome);
                }
                Body::WorkerEnd { worker, outcome } => {
                    later.workers.entry(worker).or_insert(&**outcome);
                }
                Body::Text { .. }
                | Body::Reasoning { .. }
                | Body::Call(_)
                | Body::ThreadStart
                | Body::Summary { .. }
                | Body::Step
                | Body::Operation { .. }
                | Body::Source(_)
                | Body::File { .. }
                | Body::Object { .. }
                | Body::WorkerStart { .. }
                | Body::Todo { .. } => {}
            }
        }
        for item in items.iter().map(|stored| &*stored.item) {
            let said = item.author == Author::Assistant && item.body != Body::Step;
            if let Some(worker) = item.worker.as_ref().filter(|_| said && !is_top_level(item))
                && let Some(part) = part(item, &later)
            {
                push_part(later.nested.entry(worker).or_default(), part);
            }
        }
        later
    }
}

impl Later<'_> {
    /// Whether a worker has no end, and will have none.
    fn is_cancelled(&self, worker: &WorkerId, message: &MessageId) -> bool {
        let live = self.live.is_some_and(|live| live.message() == message);
        !live && !self.workers.contains_key(worker)
    }
}

/// The newest message that a client is shown or could be.
#[must_use]
pub fn newest(items: &[StoredItem]) -> Option<&MessageId> {
    let items = items.iter().rev().map(|stored| &*stored.item);
    let mut speaking = items.filter(|item| is_top_level(item) && !is_mark(&item.body));
    speaking.next().map(|item| &item.message)
}

/// What is no part of a message by itself.
fn is_mark(body: &Body) -> bool {
    matches!(
        body,
        Body::Result { .. } | Body::ThreadStart | Body::Summary { .. } | Body::WorkerEnd { .. }
    )
}

/// A worker within a worker has a part of its own beside that, as it has for a client that watches.
fn is_top_level(item: &Item) -> bool {
    item.worker.is_none() || matches!(item.body, Body::WorkerStart { .. })
}

/// Adds a part. A list of what is to be done takes the place of the one before it, and so does the end of
/// an operation.
fn push_part(parts: &mut Vec<MessagePart>, part: MessagePart) {
    let same = |before: &&mut MessagePart| match (&before.body, &part.body) {
        (PartBody::Todo { .. }, PartBody::Todo { .. }) => before.thread == part.thread,
        (PartBody::Operation { operation: before }, PartBody::Operation { operation }) => {
            before.id == operation.id
        }
        _ => false,
    };
    match parts.iter_mut().find(same) {
        Some(before) => *before = part,
        None => parts.push(part),
    }
}

fn empty_message(first: &StoredItem) -> ChatMessage {
    let (role, sender) = match &first.item.author {
        Author::System => (Role::System, None),
        Author::User { sender } => (Role::User, sender.clone()),
        Author::Assistant => (Role::Assistant, None),
    };
    ChatMessage {
        id: first.item.message.clone(),
        role,
        parts: Vec::new(),
        created_at: first.created.to_rfc3339(),
        content: String::new(),
        tool_calls: Vec::new(),
        sender,
    }
}

fn part(item: &Item, later: &Later<'_>) -> Option<MessagePart> {
    let mut visible = item.audience.reaches_client();
    let mut provider_metadata = None;
    let body = match &item.body {
        Body::Text { text } => PartBody::Text {
            content: Arc::clone(text),
        },
        Body::Reasoning { text, opaque } => {
            provider_metadata = opaque.as_deref().cloned();
            PartBody::Reasoning {
                content: Arc::clone(text),
            }
        }
        Body::Call(call) => {
            provider_metadata = call.opaque.clone();
            visible &= call.display != Display::Hidden;
            PartBody::ToolCall {
                tool_call: call_info(call, later.outcomes.get(&call.id).copied()),
            }
        }
        Body::Result { .. } | Body::ThreadStart | Body::Summary { .. } | Body::WorkerEnd { .. } => {
            return None;
        }
        Body::Step => PartBody::StepStart,
        Body::Operation {
            id,
            name,
            operation_type,
            done,
        } => PartBody::Operation {
            operation: OperationInfo {
                id: id.clone(),
                name: name.clone(),
                operation_type: operation_type.clone(),
                done: *done,
            },
        },
        Body::Source(source) => PartBody::Source {
            source: source.clone(),
        },
        Body::File { file, call } => PartBody::File {
            file: FilePart {
                file: file.clone(),
                tool_call_id: call.clone(),
            },
        },
        Body::Object {
            id,
            type_name,
            value,
        } => PartBody::Object {
            object: ObjectInfo {
                id: id.clone(),
                type_name: type_name.clone(),
                value: value.clone(),
            },
        },
        Body::WorkerStart { worker, .. } => PartBody::Worker {
            worker: worker_info(item, worker, later),
        },
        Body::Todo { todos } => PartBody::Todo {
            todo: TodoInfo {
                todos: todos.clone(),
            },
        },
    };
    let thread = (!item.thread.is_main()).then(|| item.thread.clone());
    Some(MessagePart {
        body,
        visible,
        thread,
        provider_metadata,
    })
}

/// What a worker came to, and what happened in it, which is only shown where it was streamed.
fn worker_info(start: &Item, worker: &WorkerId, later: &Later<'_>) -> WorkerInfo {
    let mut info = WorkerInfo {
        worker_id: worker.clone(),
        worker_slug: "".into(),
        description: None,
        input: None,
        nested_parts: later.nested.get(worker).cloned().unwrap_or_default(),
        output: None,
        error: None,
        cancelled: later.is_cancelled(worker, &start.message).then_some(true),
        ended: later.workers.contains_key(worker),
    };
    match later.workers.get(worker) {
        None => {}
        Some(Outcome::Output(output)) => {
            info.output = Some(output.clone()).filter(|output| !output.is_null());
        }
        Some(Outcome::Error(error)) => info.error = Some(error.clone()),
    }
    if let Body::WorkerStart {
        slug,
        description,
        input,
        display,
        ..
    } = &start.body
    {
        let streamed = *display == Display::Stream;
        info.worker_slug = Arc::clone(slug);
        info.description = description.clone().filter(|_| *display != Display::Name);
        info.input = streamed.then(|| input.clone());
        for part in &mut info.nested_parts {
            part.visible &= streamed;
        }
    }
    info
}

fn call_info(call: &ToolCall, outcome: Option<&Outcome>) -> ToolCallInfo {
    let (status, result, error) = match outcome {
        None => (ToolCallStatus::Pending, None, None),
        Some(Outcome::Output(value)) => (ToolCallStatus::Available, Some(value.clone()), None),
        Some(Outcome::Error(error)) => (ToolCallStatus::Error, None, Some(error.clone())),
    };
    ToolCallInfo {
        id: call.id.clone(),
        name: call.name.clone(),
        description: call.label.clone(),
        arguments: call.arguments.clone(),
        status,
        result,
        error,
        display: Some(call.display),
    }
}

fn add_part(message: &mut ChatMessage, part: MessagePart) {
    match &part.body {
        PartBody::Text { content } if part.visible && part.thread.is_none() => {
            if !message.content.is_empty() {
                message.content.push_str("\n\n");
            }
            message.content.push_str(content);
        }
        PartBody::ToolCall { tool_call } => message.tool_calls.push(tool_call.clone()),
        PartBody::Text { .. }
        | PartBody::Reasoning { .. }
        | PartBody::StepStart
        | PartBody::Operation { .. }
        | PartBody::Source { .. }
        | PartBody::File { .. }
        | PartBody::Object { .. }
        | PartBody::Worker { .. }
        | PartBody::Todo { .. } => {}
    }
    push_part(&mut message.parts, part);
}
