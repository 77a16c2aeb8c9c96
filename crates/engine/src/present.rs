//! What a client may see. Blocks and the agent loop report what happens; this file alone decides
//! what of it leaves (CONTRACT 3.3, 3.4, 4.2, 7.1, 7.2).

use std::sync::Arc;

use domain::{Audience, BlockStart, Display, StreamEvent, ToolCall};
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

pub(crate) fn block_start(block: &Block, block_id: Arc<str>) -> StreamEvent {
    let output_to_chat = match &block.kind {
        BlockKind::NextMessage(kind) => Some(!kind.independent),
        BlockKind::AddMessage(_)
        | BlockKind::ToolCall(_)
        | BlockKind::RunWorker(_)
        | BlockKind::SetResource(_)
        | BlockKind::StartThread(_)
        | BlockKind::SerializeThread(_)
        | BlockKind::GenerateImage(_)
        | BlockKind::GenerateVideo(_)
        | BlockKind::GenerateSpeech(_)
        | BlockKind::TranscribeAudio(_) => None,
    };
    StreamEvent::BlockStart(BlockStart {
        block_id,
        block_name: Arc::clone(&block.name),
        block_type: block.kind.as_str().into(),
        display: block.display,
        description: match block.display {
            Display::Hidden | Display::Name => None,
            Display::Description | Display::Title | Display::Stream => block.description.clone(),
        },
        output_to_chat,
        thread: (!block.thread.is_main()).then(|| block.thread.clone()),
        worker_id: None,
    })
}

/// How a tool's card is shown: its display and its label. A tool that is not declared has no card.
pub(crate) fn tool_card(program: &Program, name: &str) -> (Display, Option<String>) {
    let Some(tool) = program.tool(name) else {
        return (Display::Hidden, None);
    };
    let label = match tool.display {
        Display::Hidden | Display::Name => None,
        Display::Description | Display::Title | Display::Stream => tool.label.as_deref(),
    };
    (tool.display, label.map(str::to_owned))
}

pub(crate) fn tool_input_start(call: &ToolCall) -> StreamEvent {
    StreamEvent::ToolInputStart {
        tool_call_id: call.id.clone(),
        tool_name: call.name.clone(),
        title: call.label.clone(),
        display: call.display,
        worker_id: None,
    }
}

/// Whether the arguments of a call may be shown.
pub(crate) fn shows_arguments(display: Display) -> bool {
    matches!(display, Display::Description | Display::Stream)
}

/// The events that end a call's input on its card.
pub(crate) fn tool_input_ready(call: &ToolCall) -> [StreamEvent; 2] {
    let input = if shows_arguments(call.display) {
        call.arguments.clone()
    } else {
        Default::default()
    };
    [
        StreamEvent::ToolInputEnd {
            tool_call_id: call.id.clone(),
            worker_id: None,
        },
        StreamEvent::ToolInputAvailable {
            tool_call_id: call.id.clone(),
            tool_name: call.name.clone(),
            input,
            worker_id: None,
        },
    ]
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
