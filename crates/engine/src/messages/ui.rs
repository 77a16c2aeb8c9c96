//! The messages as a chat shows them: nothing that is hidden, and of the rest what its display allows.

use domain::{
    ChatMessage, Display, MessagePart, PartBody, Role, ToolCallStatus, UiMessage,
    UiOperationStatus, UiPart, UiStatus, UiToolStatus, UiWorkerStatus, WorkerInfo,
};

use super::Live;

/// The messages as a chat shows them. A call without a result is running in the live message, and was
/// cancelled in any other.
#[must_use]
pub fn ui(messages: Vec<ChatMessage>, live: Option<&Live>) -> Vec<UiMessage> {
    messages
        .into_iter()
        .filter_map(|message| ui_message(message, live))
        .collect()
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
                display_name: tool_call.description.filter(|_| display != Display::Name),
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
            status: match operation.done {
                true => UiOperationStatus::Done,
                false if live => UiOperationStatus::Running,
                false => UiOperationStatus::Cancelled,
            },
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
        PartBody::Worker { worker } => worker_part(worker, live),
        PartBody::Todo { todo } => UiPart::Todo {
            todos: todo.todos,
            status: UiStatus::Done,
            thread,
        },
    }
}

fn worker_part(worker: WorkerInfo, live: bool) -> UiPart {
    let status = match (&worker.error, worker.ended) {
        (Some(_), _) => UiWorkerStatus::Error,
        (None, true) => UiWorkerStatus::Done,
        (None, false) if live => UiWorkerStatus::Running,
        (None, false) => UiWorkerStatus::Cancelled,
    };
    let visible = worker.nested_parts.into_iter().filter(|part| part.visible);
    UiPart::Worker {
        worker_id: worker.worker_id,
        worker_slug: worker.worker_slug,
        description: worker.description,
        input: worker.input,
        parts: visible.map(|part| ui_part(part, live)).collect(),
        output: worker.output,
        error: worker.error,
        status,
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
