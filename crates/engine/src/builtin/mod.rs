//! The server's own tools. Their names begin with `octavus_`, which no protocol may use. Those that need
//! nothing from outside are run here; the others are asked of the runtime.

mod references;
mod todo;

use domain::{Display, JsonMap, Outcome, ToolDef};
use protocol::program::Agent;
use serde_json::{Value, json};

pub(crate) use references::prompt as references_prompt;

use crate::calls::At;
use crate::effects::Effects;
use crate::machine::Machine;

/// THE list of built-in tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    ReferenceList,
    ReferenceRead,
    TodoWrite,
    WebSearch,
    GenerateImage,
    GenerateVideo,
    GenerateSpeech,
    TranscribeAudio,
}

impl Builtin {
    const ALL: [Self; 8] = [
        Self::ReferenceList,
        Self::ReferenceRead,
        Self::TodoWrite,
        Self::WebSearch,
        Self::GenerateImage,
        Self::GenerateVideo,
        Self::GenerateSpeech,
        Self::TranscribeAudio,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ReferenceList => "octavus_reference_list",
            Self::ReferenceRead => "octavus_reference_read",
            Self::TodoWrite => "octavus_todo_write",
            Self::WebSearch => "octavus_web_search",
            Self::GenerateImage => "octavus_generate_image",
            Self::GenerateVideo => "octavus_generate_video",
            Self::GenerateSpeech => "octavus_generate_speech",
            Self::TranscribeAudio => "octavus_transcribe_audio",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builtin| builtin.name() == name)
    }

    /// Those that an agent's configuration asks for.
    pub(crate) fn of(agent: &Agent) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|builtin| match builtin {
            Self::ReferenceList | Self::ReferenceRead => !agent.references.is_empty(),
            Self::TodoWrite => agent.todo_list,
            Self::WebSearch => agent.web_search,
            Self::GenerateImage => agent.media.image.is_some(),
            Self::GenerateVideo => agent.media.video.is_some(),
            Self::GenerateSpeech => agent.media.speech.is_some(),
            Self::TranscribeAudio => agent.media.transcription.is_some(),
        })
    }

    /// How its card is shown, and the label of it.
    pub(crate) fn card(self) -> (Display, Option<&'static str>) {
        let label = match self {
            // The list itself is what is shown of it (CONTRACT 7.12).
            Self::TodoWrite => return (Display::Hidden, None),
            // A document is the agent's: that it is read is shown, but not what it says.
            Self::ReferenceList => return (Display::Title, Some("Looking for documents")),
            Self::ReferenceRead => return (Display::Title, Some("Reading a document")),
            Self::WebSearch => "Searching the web",
            Self::GenerateImage => "Making an image",
            Self::GenerateVideo => "Making a video",
            Self::GenerateSpeech => "Speaking",
            Self::TranscribeAudio => "Listening to a recording",
        };
        (Display::Description, Some(label))
    }

    pub(crate) fn def(self) -> ToolDef {
        let (description, input_schema) = match self {
            Self::ReferenceList => ("Lists the documents that you may read.", object(&[])),
            Self::ReferenceRead => (
                "Reads a document.",
                object(&[("name", string("The name of the document."))]),
            ),
            Self::TodoWrite => todo::def(),
            Self::WebSearch => (
                "Searches the web.",
                object(&[("query", string("What to search for."))]),
            ),
            Self::GenerateImage => (
                "Makes an image and gives its URL.",
                object(&[("prompt", string("What the image shows."))]),
            ),
            Self::GenerateVideo => (
                "Makes a short video and gives its URL.",
                object(&[("prompt", string("What happens in the video."))]),
            ),
            Self::GenerateSpeech => (
                "Speaks a text and gives the URL of the recording.",
                object(&[("text", string("What is said."))]),
            ),
            Self::TranscribeAudio => (
                "Writes down what is said in a recording.",
                object(&[("url", string("The URL of the recording."))]),
            ),
        };
        ToolDef {
            name: self.name().to_owned(),
            description: description.to_owned(),
            input_schema,
        }
    }
}

/// Runs a tool that needs nothing from outside; `None` for one that takes time.
pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    builtin: Builtin,
    arguments: &JsonMap,
    effects: &mut Effects,
) -> Option<Outcome> {
    match builtin {
        Builtin::ReferenceList => Some(references::list(machine, at)),
        Builtin::ReferenceRead => Some(references::read(machine, at, arguments)),
        Builtin::TodoWrite => Some(todo::write(machine, at, arguments, effects)),
        Builtin::WebSearch
        | Builtin::GenerateImage
        | Builtin::GenerateVideo
        | Builtin::GenerateSpeech
        | Builtin::TranscribeAudio => None,
    }
}

/// A schema of an object whose properties are all required.
fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: JsonMap = properties
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn string(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}
