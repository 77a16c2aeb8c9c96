//! The fold of a session's items into the messages that a client is shown (CONTRACT 4).

use std::collections::HashMap;
use std::sync::Arc;

use domain::{
    Author, Body, ChatMessage, Display, FilePart, Item, MessageId, MessagePart, ObjectInfo,
    OperationInfo, Outcome, PartBody, Role, StoredItem, ToolCall, ToolCallId, ToolCallInfo,
    ToolCallStatus, UiMessage, UiPart, UiStatus, UiToolStatus,
};

/// All messages with all of their parts, in the order in which they began to speak.
#[must_use]
pub fn chat(items: &[StoredItem]) -> Vec<ChatMessage> {
    let outcomes = outcomes(items);
    let mut places: HashMap<&MessageId, usize> = HashMap::new();
    let mut messages: Vec<Growing> = Vec::new();
    for stored in items.iter().filter(|stored| stored.item.worker.is_none()) {
        let Some(part) = part(&stored.item, &outcomes) else {
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
    /// Where it says something first. An operation or a tool may run before the handler adds what the
    /// user said, which stands above the answer all the same.
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
            | PartBody::File { .. } => false,
        };
        if speaks && part.visible {
            self.spoke.get_or_insert(seq);
        }
        add_part(&mut self.message, part);
    }
}

/// The message of an execution that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// A leg runs: more may come.
    Running(MessageId),
    /// Tool results are waited for, perhaps for ever.
    Waiting(MessageId),
}

impl Live {
    fn message(&self) -> &MessageId {
        match self {
            Self::Running(message) | Self::Waiting(message) => message,
        }
    }
}

/// The messages as a chat shows them. A call without a result is running in the live message, and was
/// cancelled in any other.
#[must_use]
pub fn ui(messages: Vec<ChatMessage>, live: Option<&Live>) -> Vec<UiMessage> {
    messages
        .into_iter()
        .filter_map(|message| ui_message(message, live))
        .collect()
}

fn outcomes(items: &[StoredItem]) -> HashMap<&ToolCallId, &Outcome> {
    let mut outcomes = HashMap::new();
    for stored in items {
        if let Body::Result { call, outcome } = &stored.item.body {
            outcomes.entry(call).or_insert(&**outcome);
        }
    }
    outcomes
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

fn part(item: &Item, outcomes: &HashMap<&ToolCallId, &Outcome>) -> Option<MessagePart> {
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
            visible &= call.display != Display::Hidden;
            PartBody::ToolCall {
                tool_call: call_info(call, outcomes.get(&call.id).copied()),
            }
        }
        Body::Result { .. } | Body::ThreadStart => return None,
        Body::Step => PartBody::StepStart,
        Body::Operation {
            id,
            name,
            operation_type,
        } => PartBody::Operation {
            operation: OperationInfo {
                id: id.clone(),
                name: name.clone(),
                operation_type: operation_type.clone(),
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
    };
    let thread = (!item.thread.is_main()).then(|| item.thread.clone());
    Some(MessagePart {
        body,
        visible,
        thread,
        provider_metadata,
    })
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
        | PartBody::Object { .. } => {}
    }
    message.parts.push(part);
}

fn ui_message(message: ChatMessage, live: Option<&Live>) -> Option<UiMessage> {
    if message.role == Role::System {
        return None;
    }
    let live = live.filter(|live| *live.message() == message.id);
    let visible = message.parts.into_iter().filter(|part| part.visible);
    // Where a step showed nothing, the mark behind it parts nothing.
    let mut parts: Vec<UiPart> = visible
        .map(|part| ui_part(part, live.is_some()))
        .skip_while(|part| *part == UiPart::StepStart)
        .collect();
    parts.dedup_by(|part, before| *part == UiPart::StepStart && part == before);
    if parts.is_empty() {
        return None;
    }
    Some(UiMessage {
        id: message.id,
        role: message.role,
        parts,
        status: match live {
            Some(Live::Running(_)) => UiStatus::Streaming,
            Some(Live::Waiting(_)) | None => UiStatus::Done,
        },
        created_at: message.created_at,
        sender: message.sender,
    })
}

fn ui_part(part: MessagePart, live: bool) -> UiPart {
    let MessagePart {
        body,
        thread,
        provider_metadata,
        ..
    } = part;
    match body {
        PartBody::Text { content } => UiPart::Text {
            text: content,
            status: UiStatus::Done,
            thread,
        },
        PartBody::Reasoning { content } => UiPart::Reasoning {
            text: content,
            status: UiStatus::Done,
            thread,
            provider_metadata,
        },
        PartBody::ToolCall { tool_call } => {
            let status = ui_status(tool_call.status, live);
            let display = tool_call.display.unwrap_or(Display::Description);
            let open = matches!(display, Display::Description | Display::Stream);
            UiPart::ToolCall {
                tool_call_id: tool_call.id,
                tool_name: tool_call.name,
                display_name: tool_call.description,
                args: if open {
                    tool_call.arguments
                } else {
                    Default::default()
                },
                result: tool_call.result.filter(|_| display == Display::Stream),
                error: tool_call.error,
                status,
                display: Some(display),
                thread,
                provider_metadata,
            }
        }
        PartBody::StepStart => UiPart::StepStart,
        PartBody::Operation { operation } => UiPart::Operation {
            operation_id: operation.id,
            name: operation.name,
            operation_type: operation.operation_type,
            status: UiStatus::Done,
            thread,
        },
        PartBody::Source { source } => UiPart::Source { source, thread },
        PartBody::File { file } => UiPart::File { file, thread },
        PartBody::Object { object } => UiPart::Object {
            id: object.id,
            type_name: object.type_name,
            object: object.value,
            status: UiStatus::Done,
            thread,
        },
    }
}

fn ui_status(status: ToolCallStatus, live: bool) -> UiToolStatus {
    match status {
        ToolCallStatus::Available => UiToolStatus::Done,
        ToolCallStatus::Error => UiToolStatus::Error,
        ToolCallStatus::Pending | ToolCallStatus::Streaming if live => UiToolStatus::Running,
        ToolCallStatus::Pending | ToolCallStatus::Streaming => UiToolStatus::Cancelled,
    }
}
