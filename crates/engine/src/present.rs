//! What a client may see. Blocks and the agent loop report what happens; this file alone decides
//! what of it leaves (CONTRACT 3.3, 3.4, 4.2, 7.1, 7.2).

use std::sync::Arc;

use domain::{Audience, BlockStart, Display, Outcome, StreamEvent, ToolCall, WorkerId};
use protocol::program::{Block, BlockKind, Program};

use crate::thread::is_aside;

/// What a client may see of one block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockView {
    /// Its block-start and block-end.
    pub(crate) frames: bool,
    /// Its text, reasoning and sources, as they come.
    pub(crate) content: bool,
    /// Cards of the tools that are called in it.
    pub(crate) tools: bool,
    /// Who reads what is stored of it.
    pub(crate) audience: Audience,
}

impl BlockView {
    pub(crate) fn of(block: &Block) -> Self {
        let frames = block.display != Display::Hidden;
        let streamed = block.display == Display::Stream;
        match &block.kind {
            // The client hides the text of such a block but not its other parts (CONTRACT 3.3).
            BlockKind::NextMessage(_) if is_aside(block) => Self {
                frames,
                content: false,
                tools: false,
                audience: Audience::Model,
            },
            // Under a name or a title the content is withheld live, and seen on reload (CONTRACT 7.2).
            BlockKind::NextMessage(_) => Self {
                frames,
                content: streamed,
                tools: streamed,
                audience: if frames {
                    Audience::Both
                } else {
                    Audience::Model
                },
            },
            // Nobody asked the model, so it must not read of a call that it never made.
            BlockKind::ToolCall(_) => Self {
                frames,
                content: frames,
                tools: frames,
                audience: Audience::Client,
            },
            BlockKind::AddMessage(_)
            | BlockKind::RunWorker(_)
            | BlockKind::SetResource(_)
            | BlockKind::StartThread(_)
            | BlockKind::SerializeThread(_)
            | BlockKind::GenerateImage(_)
            | BlockKind::GenerateVideo(_)
            | BlockKind::GenerateSpeech(_)
            | BlockKind::TranscribeAudio(_) => Self {
                frames,
                content: frames,
                tools: frames,
                audience: Audience::Both,
            },
        }
    }
}

impl BlockView {
    /// The same where nothing of it is shown as it happens.
    pub(crate) fn withheld(self) -> Self {
        Self {
            frames: false,
            content: false,
            tools: false,
            ..self
        }
    }
}

/// Whether nothing can be shown of a block or within it, as of one whose content is withheld.
pub(crate) fn is_empty(program: &Program, block: &Block, view: BlockView) -> bool {
    match &block.kind {
        BlockKind::NextMessage(_) => !view.content,
        BlockKind::ToolCall(kind) => {
            let tool = program.tools.get(kind.tool.0);
            tool.is_none_or(|tool| tool.display == Display::Hidden)
        }
        BlockKind::AddMessage(_) | BlockKind::StartThread(_) | BlockKind::TranscribeAudio(_) => {
            true
        }
        BlockKind::RunWorker(_)
        | BlockKind::SetResource(_)
        | BlockKind::SerializeThread(_)
        | BlockKind::GenerateImage(_)
        | BlockKind::GenerateVideo(_)
        | BlockKind::GenerateSpeech(_) => false,
    }
}

pub(crate) fn block_start(
    block: &Block,
    block_id: Arc<str>,
    worker_id: Option<WorkerId>,
    empty: bool,
) -> StreamEvent {
    let answer = block.kind.as_next_message();
    StreamEvent::BlockStart(BlockStart {
        block_id,
        block_name: Arc::clone(&block.name),
        block_type: block.kind.as_str().into(),
        display: block.display,
        description: match block.display {
            Display::Hidden | Display::Name => None,
            Display::Description | Display::Title | Display::Stream => block.description.clone(),
        },
        output_to_chat: answer.map(|kind| !kind.independent),
        thread: (!block.thread.is_main()).then(|| block.thread.clone()),
        worker_id,
        empty,
    })
}

pub(crate) fn tool_input_start(call: &ToolCall, worker_id: Option<WorkerId>) -> StreamEvent {
    StreamEvent::ToolInputStart {
        tool_call_id: call.id.clone(),
        tool_name: call.name.clone(),
        title: call.label.clone(),
        display: call.display,
        worker_id,
    }
}

/// Whether the arguments of a call may be shown, and what came of it.
pub(crate) fn shows_arguments(display: Display) -> bool {
    matches!(display, Display::Description | Display::Stream)
}

/// The events that end a call's input on its card.
pub(crate) fn tool_input_ready(call: &ToolCall, worker_id: Option<WorkerId>) -> [StreamEvent; 2] {
    let input = if shows_arguments(call.display) {
        call.arguments.clone()
    } else {
        Default::default()
    };
    [
        StreamEvent::ToolInputEnd {
            tool_call_id: call.id.clone(),
            worker_id: worker_id.clone(),
        },
        StreamEvent::ToolInputAvailable {
            tool_call_id: call.id.clone(),
            tool_name: call.name.clone(),
            input,
            worker_id,
        },
    ]
}

/// What came of a call, as its card shows it.
pub(crate) fn tool_output(
    call: &ToolCall,
    outcome: &Outcome,
    worker_id: Option<WorkerId>,
) -> StreamEvent {
    let tool_call_id = call.id.clone();
    match outcome {
        Outcome::Output(output) => StreamEvent::ToolOutputAvailable {
            tool_call_id,
            output: if shows_arguments(call.display) {
                output.clone()
            } else {
                serde_json::Value::Null
            },
            worker_id,
        },
        Outcome::Error(error) => StreamEvent::ToolOutputError {
            tool_call_id,
            error: error.clone(),
            worker_id,
        },
    }
}

/// How a worker ended.
pub(crate) fn worker_result(worker_id: WorkerId, outcome: &Outcome) -> StreamEvent {
    let (output, error) = match outcome {
        // A worker without an output gives none.
        Outcome::Output(value) => ((!value.is_null()).then(|| value.clone()), None),
        Outcome::Error(error) => (None, Some(error.clone())),
    };
    StreamEvent::WorkerResult {
        worker_id,
        output,
        error,
    }
}

/// The name under which a client shows a block as an operation. Under the display `name` that is the
/// block's own, whatever its description.
pub(crate) fn operation_name(block: &Block) -> &Arc<str> {
    match (block.display, &block.description) {
        (Display::Name, _) | (_, None) => &block.name,
        (Display::Hidden | Display::Description | Display::Title | Display::Stream, Some(text)) => {
            text
        }
    }
}

/// Whether a client makes a part of a block that is shown (CONTRACT 3.3).
pub(crate) fn is_operation(kind: &BlockKind) -> bool {
    match kind {
        BlockKind::SetResource(_) | BlockKind::SerializeThread(_) | BlockKind::GenerateImage(_) => {
            true
        }
        BlockKind::AddMessage(_)
        | BlockKind::NextMessage(_)
        | BlockKind::ToolCall(_)
        | BlockKind::RunWorker(_)
        | BlockKind::StartThread(_)
        | BlockKind::GenerateVideo(_)
        | BlockKind::GenerateSpeech(_)
        | BlockKind::TranscribeAudio(_) => false,
    }
}
