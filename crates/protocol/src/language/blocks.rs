//! The blocks of handlers and of steps (CONTRACT 5.3).

use domain::Display;

use super::agent::{MODEL, THREAD};
use super::declarations::DISPLAY;
use super::{
    ANY, FLAG, Key, MODEL_NAME, Scalar, Section, Shape, TEXT, choice, number, setting, whole,
};

/// A kind of block.
#[derive(Debug)]
pub(crate) struct BlockRow {
    /// As it stands behind `block:`.
    pub(crate) kind: &'static str,
    /// What an editor shows for it.
    pub(crate) doc: &'static str,
    pub(crate) section: &'static Section,
    /// What is shown of it where the author does not say; none where that is as what it runs is declared.
    pub(crate) display: Option<Display>,
    /// Whether it compiles, and cannot be run yet.
    pub(crate) later: bool,
}

impl BlockRow {
    const fn new(
        kind: &'static str,
        doc: &'static str,
        section: &'static Section,
        display: Option<Display>,
    ) -> Self {
        Self {
            kind,
            doc,
            section,
            display,
            later: false,
        }
    }

    const fn later(self) -> Self {
        Self {
            later: true,
            ..self
        }
    }
}

/// The row of a kind.
pub(crate) fn block(kind: &str) -> Option<&'static BlockRow> {
    BLOCKS.iter().find(|row| row.kind == kind)
}

/// The kinds of blocks. Each has a file in [`crate::blocks`].
pub(crate) const BLOCKS: &[BlockRow] = &[
    BlockRow::new(
        "add-message",
        "Puts a message into a thread.",
        &ADD_MESSAGE,
        Some(Display::Hidden),
    ),
    BlockRow::new(
        "next-message",
        "Asks the thread's model for an answer.",
        &NEXT_MESSAGE,
        Some(Display::Stream),
    ),
    BlockRow::new(
        "tool-call",
        "Calls a tool without asking a model.",
        &TOOL_CALL,
        Some(Display::Description),
    ),
    BlockRow::new(
        "run-worker",
        "Runs a worker without asking a model.",
        &RUN_WORKER,
        None,
    ),
    BlockRow::new(
        "set-resource",
        "Sets a resource, and tells the application. Deprecated.",
        &SET_RESOURCE,
        Some(Display::Name),
    ),
    BlockRow::new(
        "start-thread",
        "Begins a thread with a model, a prompt and tools of its own.",
        &START_THREAD,
        Some(Display::Hidden),
    ),
    BlockRow::new(
        "serialize-thread",
        "Writes what was said in a thread into a variable.",
        &SERIALIZE_THREAD,
        Some(Display::Name),
    ),
    BlockRow::new(
        "generate-image",
        "Makes an image from a prompt.",
        &GENERATE_IMAGE,
        Some(Display::Description),
    )
    .later(),
    BlockRow::new(
        "generate-video",
        "Makes a short clip from a prompt.",
        &GENERATE_VIDEO,
        Some(Display::Description),
    )
    .later(),
    BlockRow::new(
        "generate-speech",
        "Speaks a text.",
        &GENERATE_SPEECH,
        Some(Display::Description),
    )
    .later(),
    BlockRow::new(
        "transcribe-audio",
        "Writes down what is said in a recording.",
        &TRANSCRIBE_AUDIO,
        Some(Display::Description),
    )
    .later(),
];

/// The key that says which kind a block is of.
pub(crate) const BLOCK: Key = Key::new(
    "block",
    TEXT,
    "What the block does: one of the kinds of blocks.",
)
.required();

/// What every block has.
const COMMON: &[Key] = &[
    BLOCK,
    Key::new(
        "display",
        DISPLAY,
        "How much of the block a user sees: nothing, its name, its description, its title, or all of it.",
    ),
    Key::new("title", TEXT, "What a user sees under `display: title`."),
    Key::new(
        "description",
        TEXT,
        "What a user sees while the block runs.",
    ),
    Key::new(
        "thread",
        TEXT,
        "The thread that the block is about. `main` by default.",
    ),
];

const ARGUMENTS: Shape = Shape::Map("the arguments", &ANY);

const OUTPUT: &str = "output";

const ADD_MESSAGE: Section = Section::new(
    "`add-message`",
    &[
        COMMON,
        &[
            Key::new(
                "role",
                choice(&["user", "assistant", "system"]),
                "Who says it: the user, the assistant or the system.",
            )
            .required(),
            Key::new(
                "prompt",
                TEXT,
                "What the model reads: the path of a file in `prompts/`, without `.md`.",
            ),
            Key::new(
                "input",
                Shape::Mapping,
                "The values that the prompt may use.",
            ),
            Key::new(
                "files",
                Shape::List("names", &TEXT),
                "Values that hold files. They stand before the text.",
            ),
            Key::new(
                "uiContent",
                TEXT,
                "The value that a user sees in place of the prompt.",
            ),
            Key::new(
                "visible",
                FLAG,
                "Whether a user sees the message. True by default.",
            ),
        ],
    ],
);

const NEXT_MESSAGE: Section = Section::new(
    "`next-message`",
    &[
        COMMON,
        &[
            Key::new(OUTPUT, TEXT, "The variable that takes the answer."),
            Key::new(
                "independent",
                FLAG,
                "Whether the answer stays out of the main conversation. False by default.",
            ),
            Key::new(
                "responseType",
                TEXT,
                "The object type of the answer. Without it the answer is text.",
            ),
        ],
    ],
);

const TOOL_CALL: Section = Section::new(
    "`tool-call`",
    &[
        COMMON,
        &[
            Key::new("tool", TEXT, "The tool of `tools` that is called.").required(),
            Key::new(
                "input",
                ARGUMENTS,
                "The arguments: names of values, or the values themselves.",
            ),
            Key::new(OUTPUT, TEXT, "The variable that takes the result."),
        ],
    ],
);

const RUN_WORKER: Section = Section::new(
    "`run-worker`",
    &[
        COMMON,
        &[
            Key::new("worker", TEXT, "The worker of `workers` that is run.").required(),
            Key::new(
                "input",
                ARGUMENTS,
                "The worker's input: names of values, or the values themselves.",
            ),
            Key::new(OUTPUT, TEXT, "The variable that takes the worker's output."),
        ],
    ],
);

const SET_RESOURCE: Section = Section::new(
    "`set-resource`",
    &[
        COMMON,
        &[
            Key::new("resource", TEXT, "The resource of `resources` that is set.").required(),
            Key::new("value", TEXT, "The name of the value that it is set to.").required(),
        ],
    ],
);

const START_THREAD: Section = Section::new("`start-thread`", &[COMMON, &[MODEL], THREAD]);

const SERIALIZE_THREAD: Section = Section::new(
    "`serialize-thread`",
    &[
        COMMON,
        &[
            Key::new(
                "format",
                choice(&["markdown", "json"]),
                "How the conversation is written. `markdown` by default.",
            ),
            Key::new(OUTPUT, TEXT, "The variable that takes the text."),
        ],
    ],
);

const PROMPT: Key = Key::new(
    "prompt",
    TEXT,
    "The name of the value that says what to make.",
);

const URL_OUTPUT: Key = Key::new(OUTPUT, TEXT, "The variable that takes the URL of the file.");

const ASPECT_RATIO: Key = Key::new(
    "aspectRatio",
    TEXT,
    "Width to height, as `16:9`. A model takes the nearest that it can.",
);

const LANGUAGE: Key = Key::new(
    "language",
    TEXT,
    "The language as an ISO 639-1 code, such as `en`.",
);

const GENERATE_IMAGE: Section = Section::new(
    "`generate-image`",
    &[
        COMMON,
        &[
            PROMPT.required(),
            Key::new(
                "imageModel",
                setting(&Scalar::Model),
                "The model that makes the image, or the name of the input that holds it.",
            )
            .required(),
            ASPECT_RATIO,
            Key::new(
                "resolution",
                choice(&["1K", "2K", "4K"]),
                "How large the image is, where the model leaves a choice.",
            ),
            Key::new(
                "size",
                choice(&["1024x1024", "1792x1024", "1024x1792"]),
                "Deprecated: write `aspectRatio`.",
            ),
            Key::new(
                "referenceImages",
                Shape::List("names", &TEXT),
                "Values that hold images, which the prompt says how to change.",
            ),
            URL_OUTPUT,
        ],
    ],
);

const GENERATE_VIDEO: Section = Section::new(
    "`generate-video`",
    &[
        COMMON,
        &[
            PROMPT.required(),
            Key::new("videoModel", MODEL_NAME, "The model that makes the clip.").required(),
            ASPECT_RATIO,
            Key::new(
                "durationSeconds",
                whole(1, 3_600),
                "How long the clip is, in seconds.",
            ),
            Key::new(
                "generateAudio",
                FLAG,
                "Whether the clip has sound, where the model leaves a choice.",
            ),
            Key::new(
                "referenceImage",
                TEXT,
                "The name of the value that holds the image the clip begins with.",
            ),
            URL_OUTPUT,
        ],
    ],
);

const GENERATE_SPEECH: Section = Section::new(
    "`generate-speech`",
    &[
        COMMON,
        &[
            Key::new("text", TEXT, "The name of the value that is spoken.").required(),
            Key::new("speechModel", MODEL_NAME, "The model that speaks.").required(),
            Key::new("voice", TEXT, "The voice, as the provider calls it."),
            Key::new(
                "format",
                choice(&["mp3", "opus", "aac", "flac", "wav"]),
                "How the sound is stored. `mp3` by default.",
            ),
            Key::new(
                "instructions",
                TEXT,
                "How it shall be spoken, where the model takes instructions.",
            ),
            LANGUAGE,
            Key::new(
                "speed",
                number(0.25, 4.0),
                "How fast it is spoken, from 0.25 to 4, where the model can.",
            ),
            URL_OUTPUT,
        ],
    ],
);

const TRANSCRIBE_AUDIO: Section = Section::new(
    "`transcribe-audio`",
    &[
        COMMON,
        &[
            Key::new(
                "audio",
                TEXT,
                "The name of the value that holds the recording: a file or a URL.",
            )
            .required(),
            Key::new(
                "transcriptionModel",
                MODEL_NAME,
                "The model that listens to it.",
            )
            .required(),
            LANGUAGE,
            Key::new(
                "timestamps",
                FLAG,
                "Whether the text has the time of each part, where the model can. False by default.",
            ),
            Key::new(OUTPUT, TEXT, "The variable that takes the text."),
        ],
    ],
);
