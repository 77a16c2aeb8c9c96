//! `generate-image`, `generate-video`, `generate-speech` and `transcribe-audio`: each asks the runtime for
//! one thing and puts what comes into its variable. Nobody else answers in their place, so a failure ends
//! the lane.

use std::sync::Arc;

use domain::{
    Body, ErrorInfo, JsonMap, LogBody, ModelRef, ModelRequestInfo, RequestType, StreamEvent,
    ToolCall, ToolSource,
};
use protocol::program::{
    AudioFormat, BlockKind, GenerateImage, GenerateSpeech, GenerateVideo, Place, Resolution,
    TranscribeAudio,
};
use serde_json::{Value, json};

use super::{Flow, operation};
use crate::builtin::Builtin;
use crate::calls::At;
use crate::draft::Card;
use crate::effects::Effects;
use crate::input::ToolReply;
use crate::lane::{By, Phase, Slot};
use crate::machine::Machine;
use crate::thread;

/// What is asked for: the tool that does it, the model, and the arguments.
struct Order {
    builtin: Builtin,
    request_type: RequestType,
    model: ModelRef,
    arguments: JsonMap,
}

pub(crate) fn is_media(kind: &BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::GenerateImage(_)
            | BlockKind::GenerateVideo(_)
            | BlockKind::GenerateSpeech(_)
            | BlockKind::TranscribeAudio(_)
    )
}

/// Asks the runtime for it; the answer comes to [`finish`].
fn ask(machine: &mut Machine, at: At<'_>, order: Order, effects: &mut Effects) -> Flow {
    let entry = LogBody::ModelRequest {
        model_request: ModelRequestInfo {
            request_type: order.request_type,
            ..ModelRequestInfo::from(&order.model)
        },
    };
    machine.log(at.lane, effects, entry);
    let mut arguments = order.arguments;
    arguments.insert("model".into(), order.model.to_string().into());
    arguments.retain(|_, value| !value.is_null());
    let call = machine.own_call(order.builtin.name().to_owned(), arguments);
    let slot = Slot {
        call: Arc::clone(&call),
        source: ToolSource::Block,
        by: By::Server,
        card: Card::Hidden,
    };
    operation::begin(machine, at, effects);
    machine.exec.set_phase(at.lane, Phase::Calls(vec![slot]));
    machine.ask_server(at.lane, &call, effects);
    Flow::Wait
}

/// Takes what was made, or ends the lane with the reason why nothing was.
pub(crate) fn finish(
    machine: &mut Machine,
    at: At<'_>,
    (call, reply): (&ToolCall, Result<ToolReply, ErrorInfo>),
    effects: &mut Effects,
) {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => {
            let (name, kind) = (&at.block.name, at.block.kind.as_str());
            let message = format!("The block \"{name}\" ({kind}) failed: {}", error.message);
            return machine.fail(at.lane, ErrorInfo { message, ..error }, effects);
        }
    };
    let input = Value::Object(call.arguments.clone());
    operation::end(machine, at, (input, reply.output.clone()), effects);
    let shown = machine.view(at.lane, at.block).content;
    for file in reply.files {
        let body = Body::File {
            file: file.clone(),
            call: None,
        };
        if shown {
            machine.store(at.lane, at.block, body, effects);
            effects.emit(StreamEvent::FileAvailable {
                file,
                tool_call_id: None,
                worker_id: machine.worker_id(at.lane),
            });
        }
    }
    machine.set_output(at, reply.output, effects);
    machine.end_block(at.lane, at.block, effects);
}

fn value(machine: &Machine, at: At<'_>, place: &Place) -> Value {
    let value = machine.scope(at.lane).get(place).cloned();
    value.unwrap_or(Value::Null)
}

pub(super) fn image(
    machine: &mut Machine,
    at: At<'_>,
    kind: &GenerateImage,
    effects: &mut Effects,
) -> Result<Flow, ErrorInfo> {
    let model = thread::model(machine.scope(at.lane), &kind.model)?;
    let references = kind.reference_images.iter();
    let references: Vec<Value> = references
        .map(|place| value(machine, at, place))
        .filter(|value| !value.is_null())
        .collect();
    let resolution = kind.resolution.map(|resolution| match resolution {
        Resolution::OneK => "1K",
        Resolution::TwoK => "2K",
        Resolution::FourK => "4K",
    });
    let arguments = arguments([
        ("prompt", value(machine, at, &kind.prompt)),
        ("aspectRatio", json!(kind.aspect_ratio)),
        ("resolution", json!(resolution)),
        (
            "referenceImages",
            json!((!references.is_empty()).then_some(references)),
        ),
    ]);
    let order = Order {
        builtin: Builtin::GenerateImage,
        request_type: RequestType::Image,
        model,
        arguments,
    };
    Ok(ask(machine, at, order, effects))
}

pub(super) fn video(
    machine: &mut Machine,
    at: At<'_>,
    kind: &GenerateVideo,
    effects: &mut Effects,
) -> Flow {
    let reference = kind.reference_image.as_ref();
    let reference = reference.map_or(Value::Null, |place| value(machine, at, place));
    let arguments = arguments([
        ("prompt", value(machine, at, &kind.prompt)),
        ("aspectRatio", json!(kind.aspect_ratio)),
        ("durationSeconds", json!(kind.duration_seconds)),
        ("generateAudio", json!(kind.audio)),
        ("referenceImage", reference),
    ]);
    let order = Order {
        builtin: Builtin::GenerateVideo,
        request_type: RequestType::Video,
        model: kind.model.clone(),
        arguments,
    };
    ask(machine, at, order, effects)
}

pub(super) fn speech(
    machine: &mut Machine,
    at: At<'_>,
    kind: &GenerateSpeech,
    effects: &mut Effects,
) -> Flow {
    let format = match kind.format {
        AudioFormat::Mp3 => "mp3",
        AudioFormat::Opus => "opus",
        AudioFormat::Aac => "aac",
        AudioFormat::Flac => "flac",
        AudioFormat::Wav => "wav",
    };
    let arguments = arguments([
        ("text", value(machine, at, &kind.text)),
        ("voice", json!(kind.voice)),
        ("format", json!(format)),
        ("instructions", json!(kind.instructions)),
        ("language", json!(kind.language)),
        ("speed", json!(kind.speed)),
    ]);
    let order = Order {
        builtin: Builtin::GenerateSpeech,
        request_type: RequestType::Speech,
        model: kind.model.clone(),
        arguments,
    };
    ask(machine, at, order, effects)
}

pub(super) fn transcription(
    machine: &mut Machine,
    at: At<'_>,
    kind: &TranscribeAudio,
    effects: &mut Effects,
) -> Flow {
    let arguments = arguments([
        ("audio", value(machine, at, &kind.audio)),
        ("language", json!(kind.language)),
        ("timestamps", json!(kind.timestamps)),
    ]);
    let order = Order {
        builtin: Builtin::TranscribeAudio,
        request_type: RequestType::Transcription,
        model: kind.model.clone(),
        arguments,
    };
    ask(machine, at, order, effects)
}

fn arguments<const N: usize>(values: [(&str, Value); N]) -> JsonMap {
    let values = values.into_iter();
    values
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
