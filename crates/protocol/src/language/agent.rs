//! How a thread talks to its model (CONTRACT 5.2): the section `agent`, and the block `start-thread`,
//! which shares nearly all of its keys.

use super::declarations::{DISPLAY, TITLE};
use super::{
    ANY, FLAG, Key, MODEL_NAME, Scalar, Section, Shape, TEXT, choice, number, setting, whole,
};

/// How much a model thinks.
const THINKING: &[&str] = &["low", "medium", "high", "max", "off"];

const POSITIVE: Shape = whole(1, u32::MAX);

/// An hour, in milliseconds.
const LONGEST_SANDBOX: u32 = 3_600_000;

const NAMES_OF_TOOLS: Shape = Shape::List("tool names", &TEXT);

pub(crate) const AGENT: Section = Section::new(
    "an agent",
    &[
        &[
            MODEL.required(),
            Key::new(
                "contextManagement",
                Shape::Table(&CONTEXT_MANAGEMENT),
                "How a long history is kept below the model's window.",
            ),
        ],
        THREAD,
    ],
);

pub(super) const MODEL: Key = Key::new(
    "model",
    setting(&Scalar::Model),
    "The model as `provider/model-id`, or the name of the input that holds it.",
);

/// What `agent` and `start-thread` say alike.
pub(super) const THREAD: &[Key] = &[
    Key::new(
        "backupModel",
        setting(&Scalar::Model),
        "The model that is asked once where the first one fails for a passing reason.",
    ),
    Key::new(
        "system",
        TEXT,
        "The prompt that tells the model what it is for: the path of a file in `prompts/`, without `.md`.",
    ),
    Key::new(
        "input",
        Shape::Mapping,
        "The values that the system prompt may use.",
    ),
    Key::new("tools", NAMES_OF_TOOLS, "Tools that the model may call."),
    Key::new(
        "skills",
        Shape::List("skill names", &TEXT),
        "Skills that the model may use.",
    )
    .later(),
    Key::new(
        "references",
        Shape::List("reference names", &TEXT),
        "Documents of `references/` that the model may read when it needs them.",
    ),
    Key::new(
        "mcpServers",
        Shape::List("MCP server names", &TEXT),
        "MCP servers whose tools the model may call.",
    ),
    Key::new(
        "onDemandMcpServers",
        Shape::List("sources", &TEXT),
        "Sources of MCP servers that the model may use though the protocol does not name them.",
    )
    .later(),
    Key::new(
        "workers",
        Shape::List("worker names", &TEXT),
        "Workers that the model may run, as it calls tools.",
    ),
    Key::new(
        "imageModel",
        setting(&Scalar::Model),
        "The model that makes images. With it the model may have images made.",
    )
    .later(),
    Key::new(
        "videoModel",
        MODEL_NAME,
        "The model that makes clips. With it the model may have clips made.",
    )
    .later(),
    Key::new(
        "speechModel",
        MODEL_NAME,
        "The model that speaks. With it the model may have texts spoken.",
    )
    .later(),
    Key::new(
        "speechVoice",
        setting(&Scalar::Text),
        "The voice that speaks where the model asks for none.",
    )
    .later(),
    Key::new(
        "transcriptionModel",
        MODEL_NAME,
        "The model that writes down recordings. With it the model may have them transcribed.",
    )
    .later(),
    Key::new(
        "webSearch",
        FLAG,
        "Whether the model may search the web. False by default.",
    )
    .later(),
    Key::new(
        "todoList",
        FLAG,
        "Whether the model may keep a list of what is to be done. False by default.",
    ),
    Key::new(
        "agentic",
        FLAG,
        "Whether the model may go on calling tools, step after step. False by default.",
    ),
    Key::new(
        "maxSteps",
        setting(&Scalar::Whole {
            min: 1,
            max: u32::MAX,
        }),
        "How many steps the model may take for one answer, or the name of the input that says it. 10 by default.",
    ),
    Key::new(
        "temperature",
        setting(&Scalar::OrOff(&Scalar::Number { min: 0.0, max: 2.0 })),
        "How free the model is, from 0 to 2; `off`, or the name of the input that says it.",
    ),
    Key::new(
        "thinking",
        setting(&Scalar::Choice(THINKING)),
        "How much the model thinks before it answers, or the name of the input that says it.",
    ),
    Key::new(
        "speed",
        setting(&Scalar::Choice(&["standard", "fast"])),
        "`fast` answers sooner for a higher price, where the model can. `standard` by default.",
    ),
    Key::new(
        "cache",
        choice(&["auto", "extended", "off"]),
        "How long the provider keeps the beginning of a request: minutes, hours, or not at all.",
    ),
    Key::new(
        "maxToolOutputTokens",
        POSITIVE,
        "How many tokens of one tool result the model is shown. What is stored stays whole.",
    ),
    Key::new(
        "maxImageDimension",
        POSITIVE,
        "How many pixels the longer side of an image may have that the model is shown.",
    ),
    Key::new(
        "maxOutputTokens",
        POSITIVE,
        "How many tokens the model may say in one step.",
    ),
    Key::new(
        "loopGuard",
        FLAG,
        "Whether an answer is cut off that repeats itself without end. False by default.",
    ),
    Key::new(
        "sandboxTimeout",
        whole(1, LONGEST_SANDBOX),
        "How long the sandbox of skills lives, in milliseconds. 300000 by default, 3600000 at most.",
    )
    .later(),
    Key::new(
        "anthropic",
        Shape::Table(&ANTHROPIC),
        "What only models of Anthropic can do: tools and skills that run at the provider.",
    )
    .later(),
];

const FRACTION: Shape = number(0.0, 1.0);

const CONTEXT_MANAGEMENT: Section = Section::new(
    "context management",
    &[&[
        Key::new(
            "summarizerWorker",
            TEXT,
            "The worker that sums up what is old. It is declared under `workers`.",
        ),
        Key::new(
            "thresholdPercent",
            FRACTION,
            "The fraction of the model's window at which summaries begin, from 0 to 1.",
        ),
        Key::new(
            "recentPercent",
            FRACTION,
            "The fraction of the model's window that stays as it was said, from 0 to 1.",
        ),
        Key::new(
            "recentWindow",
            ANY,
            "Deprecated and without effect: write `recentPercent`.",
        ),
    ]],
);

const ANTHROPIC: Section = Section::new(
    "the options of Anthropic",
    &[&[
        Key::new(
            "tools",
            Shape::Map("the provider's tools", &Shape::Table(&PROVIDER_TOOL)),
            "Tools that the provider runs: `web-search`, `code-execution`.",
        ),
        Key::new(
            "skills",
            Shape::Map("the provider's skills", &Shape::Table(&PROVIDER_SKILL)),
            "Skills that the provider keeps, by their id.",
        ),
    ]],
);

const PROVIDER_TOOL: Section = Section::new(
    "a tool of the provider",
    &[&[
        Key::new(
            "display",
            DISPLAY,
            "How much of a call a user sees. `description` by default.",
        ),
        TITLE,
        Key::new("description", TEXT, "What a user sees while the tool runs."),
    ]],
);

const PROVIDER_SKILL: Section = Section::new(
    "a skill of the provider",
    &[&[
        Key::new(
            "type",
            choice(&["anthropic", "custom"]),
            "Whose it is: one of the provider's, or one that you uploaded there.",
        )
        .required(),
        Key::new("version", TEXT, "The version to use. `latest` by default."),
        Key::new(
            "display",
            DISPLAY,
            "How much of the skill's work a user sees. `description` by default.",
        ),
        TITLE,
        Key::new(
            "description",
            TEXT,
            "What a user sees while the skill works.",
        ),
    ]],
);
