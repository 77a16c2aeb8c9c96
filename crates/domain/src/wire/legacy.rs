//! The shape of SDK 2.0 (CONTRACT 2.1, 2.3). What its schema rejects makes a whole answer unreadable, so
//! everything that is newer is left out or said in older words. A worker is a tool call to it.

use serde_json::Value;

use crate::message::{ChatMessage, MessagePart, PartBody};
use crate::{
    Display, JsonMap, StreamEvent, ToolCallId, ToolCallInfo, ToolCallStatus, UiMessage,
    UiOperationStatus, UiPart, UiToolStatus, UiWorkerStatus, WorkerId, WorkerInfo,
};

/// What a call reads that was cancelled, which older clients do not know.
const CANCELLED: &str = "Cancelled";

/// Hands on what an event is in this shape.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "`is_known` names every event that is not named here"
)]
pub(super) fn event(event: StreamEvent, mut send: impl FnMut(StreamEvent)) {
    match event {
        // Within a worker only the request for tools is of use: without it nothing goes on.
        StreamEvent::ToolRequest { mut tool_calls, .. } => {
            for call in &mut tool_calls {
                call.worker_id = None;
            }
            send(StreamEvent::ToolRequest {
                tool_calls,
                worker_id: None,
            });
        }
        StreamEvent::WorkerStart {
            worker_id,
            worker_slug,
            description,
            input,
        } => {
            let tool_name = worker_slug.to_string();
            send(StreamEvent::ToolInputStart {
                tool_call_id: call_of(&worker_id),
                tool_name: tool_name.clone(),
                title: description.map(|text| text.to_string()),
                display: Display::Description,
                worker_id: None,
            });
            send(StreamEvent::ToolInputAvailable {
                tool_call_id: call_of(&worker_id),
                tool_name,
                input: input.unwrap_or_default(),
                worker_id: None,
            });
        }
        StreamEvent::WorkerResult {
            worker_id,
            output,
            error,
        } => send(worker_result(call_of(&worker_id), output, error)),
        // The mode `title` would make the whole event unreadable.
        StreamEvent::BlockStart(mut block) if block.worker_id.is_none() && !block.empty => {
            block.display = without_title(block.display);
            send(StreamEvent::BlockStart(block));
        }
        StreamEvent::ToolInputStart {
            tool_call_id,
            tool_name,
            title,
            display,
            worker_id: None,
        } => send(StreamEvent::ToolInputStart {
            tool_call_id,
            tool_name,
            title,
            display: without_title(display),
            worker_id: None,
        }),
        event => {
            if is_known(&event) {
                send(event);
            }
        }
    }
}

/// Whether an event without a worker is the same in both shapes.
fn is_known(event: &StreamEvent) -> bool {
    use StreamEvent as E;
    match event {
        E::Start { .. } | E::Finish { .. } | E::Error(_) | E::ResourceUpdate { .. } => true,
        E::TextStart { worker_id, .. }
        | E::TextDelta { worker_id, .. }
        | E::TextEnd { worker_id, .. }
        | E::ReasoningStart { worker_id, .. }
        | E::ReasoningDelta { worker_id, .. }
        | E::ReasoningEnd { worker_id, .. }
        | E::ToolInputStart { worker_id, .. }
        | E::ToolInputEnd { worker_id, .. }
        | E::ToolInputAvailable { worker_id, .. }
        | E::ToolOutputAvailable { worker_id, .. }
        | E::ToolOutputError { worker_id, .. }
        | E::Source { worker_id, .. }
        | E::ToolRequest { worker_id, .. }
        | E::FileAvailable { worker_id, .. } => worker_id.is_none(),
        // A block without parts would leave an empty message that never ends.
        E::BlockEnd {
            worker_id, empty, ..
        } => worker_id.is_none() && !empty,
        E::BlockStart(block) => block.worker_id.is_none() && !block.empty,
        // Each fragment would be parsed alone, so that `5` or `true` became the arguments.
        E::ToolInputDelta { .. }
        | E::TodoUpdate { .. }
        | E::WorkerInputStart { .. }
        | E::WorkerInputDelta { .. }
        | E::WorkerInputReady { .. }
        | E::WorkerStart { .. }
        | E::WorkerResult { .. }
        | E::Usage { .. } => false,
    }
}

fn worker_result(
    tool_call_id: ToolCallId,
    output: Option<Value>,
    error: Option<String>,
) -> StreamEvent {
    match error {
        Some(error) => StreamEvent::ToolOutputError {
            tool_call_id,
            error,
            worker_id: None,
        },
        None => StreamEvent::ToolOutputAvailable {
            tool_call_id,
            output: output.unwrap_or_default(),
            worker_id: None,
        },
    }
}

fn call_of(worker: &WorkerId) -> ToolCallId {
    ToolCallId::from(worker.as_str())
}

fn without_title(display: Display) -> Display {
    match display {
        Display::Title => Display::Description,
        Display::Hidden | Display::Name | Display::Description | Display::Stream => display,
    }
}

/// A message of a session.
pub(super) fn chat_message(mut message: ChatMessage) -> ChatMessage {
    message.sender = None;
    message.parts = message.parts.into_iter().filter_map(chat_part).collect();
    for call in &mut message.tool_calls {
        call.display = None;
    }
    message
}

fn chat_part(mut part: MessagePart) -> Option<MessagePart> {
    match &mut part.body {
        PartBody::StepStart | PartBody::Operation { .. } | PartBody::Todo { .. } => return None,
        PartBody::ToolCall { tool_call } => tool_call.display = None,
        PartBody::Worker { worker } => {
            let tool_call = call_of_worker(worker);
            part.body = PartBody::ToolCall { tool_call };
        }
        PartBody::Text { .. }
        | PartBody::Reasoning { .. }
        | PartBody::Source { .. }
        | PartBody::File { .. }
        | PartBody::Object { .. } => {}
    }
    Some(part)
}

/// The run of a worker as the tool call that it is to older clients.
fn call_of_worker(worker: &WorkerInfo) -> ToolCallInfo {
    let cancelled = worker.cancelled.filter(|cancelled| *cancelled);
    let error = cancelled.map(|_| CANCELLED.to_owned());
    let error = worker.error.clone().or(error);
    let status = match (&error, worker.ended) {
        (Some(_), _) => ToolCallStatus::Error,
        (None, true) => ToolCallStatus::Available,
        (None, false) => ToolCallStatus::Pending,
    };
    ToolCallInfo {
        id: call_of(&worker.worker_id),
        name: worker.worker_slug.to_string(),
        description: worker.description.as_ref().map(ToString::to_string),
        arguments: worker.input.clone().unwrap_or_default(),
        status,
        result: worker.output.clone(),
        error,
        display: None,
    }
}

/// A message of a chat; none where nothing of it is left.
pub(super) fn ui_message(mut message: UiMessage) -> Option<UiMessage> {
    message.sender = None;
    message.parts = message.parts.into_iter().filter_map(ui_part).collect();
    (!message.parts.is_empty()).then_some(message)
}

fn ui_part(part: UiPart) -> Option<UiPart> {
    match part {
        UiPart::StepStart | UiPart::Todo { .. } => None,
        UiPart::Worker {
            worker_id,
            worker_slug,
            description,
            input,
            output,
            error,
            status,
            ..
        } => {
            let (status, error) = worker_status(status, error);
            Some(UiPart::ToolCall {
                tool_call_id: call_of(&worker_id),
                tool_name: worker_slug.to_string(),
                display_name: description.map(|text| text.to_string()),
                args: input.unwrap_or_else(JsonMap::new),
                result: output,
                error,
                status,
                display: None,
                thread: None,
                provider_metadata: None,
            })
        }
        UiPart::ToolCall { .. } => Some(tool_call(part)),
        UiPart::Operation { .. } => Some(operation(part)),
        UiPart::Text { .. }
        | UiPart::Reasoning { .. }
        | UiPart::Source { .. }
        | UiPart::File { .. }
        | UiPart::Object { .. } => Some(part),
    }
}

/// Neither a cancelled call nor its display mode is known.
fn tool_call(mut part: UiPart) -> UiPart {
    if let UiPart::ToolCall {
        status,
        error,
        display,
        ..
    } = &mut part
    {
        *display = None;
        if *status == UiToolStatus::Cancelled {
            *status = UiToolStatus::Error;
            error.get_or_insert_with(|| CANCELLED.into());
        }
    }
    part
}

/// What was cancelled is done: nothing else is known that has ended.
fn operation(mut part: UiPart) -> UiPart {
    if let UiPart::Operation { status, .. } = &mut part
        && *status == UiOperationStatus::Cancelled
    {
        *status = UiOperationStatus::Done;
    }
    part
}

fn worker_status(status: UiWorkerStatus, error: Option<String>) -> (UiToolStatus, Option<String>) {
    match status {
        UiWorkerStatus::Running => (UiToolStatus::Running, error),
        UiWorkerStatus::Done => (UiToolStatus::Done, error),
        UiWorkerStatus::Error => (UiToolStatus::Error, error),
        UiWorkerStatus::Cancelled => {
            let error = error.unwrap_or_else(|| CANCELLED.into());
            (UiToolStatus::Error, Some(error))
        }
    }
}
