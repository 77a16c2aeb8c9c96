//! What stands at the top of a protocol (CONTRACT 5.1).

use super::{AGENT, ANY, FLAG, Key, Scalar, Section, Shape, TEXT, choice, whole};

/// How much a client sees.
const DISPLAYS: &[&str] = &["hidden", "name", "description", "title", "stream"];

pub(super) const DISPLAY: Shape = choice(DISPLAYS);

const SITE: Shape = choice(&["sandbox", "device"]);

pub(super) const TITLE: Key = Key::new(
    "title",
    TEXT,
    "What a user sees under `display: title`, in place of the name.",
);

pub(crate) const PROTOCOL: Section = Section::new(
    "a protocol",
    &[&[
        Key::new(
            "input",
            Shape::Map("the inputs", &Shape::Table(&INPUT)),
            "Values that a session, or the run of a worker, is created with.",
        ),
        Key::new(
            "resources",
            Shape::Map("the resources", &Shape::Table(&RESOURCE)),
            "State that the application is told about. Deprecated: let a tool store it.",
        ),
        Key::new(
            "variables",
            Shape::Map("the variables", &Shape::Table(&VARIABLE)),
            "Values that blocks set and later blocks read. They live as long as the session.",
        ),
        Key::new(
            "types",
            Shape::Map("the types", &Shape::Form),
            "Types of your own: objects, lists and unions, each with a PascalCase name.",
        ),
        Key::new(
            "triggers",
            Shape::Map("the triggers", &Shape::Table(&TRIGGER)),
            "What a client can start. Each has a handler of the same name.",
        ),
        Key::new(
            "tools",
            Shape::Map("the tools", &Shape::Table(&TOOL)),
            "What your application can do for a model. The calls run in your application.",
        ),
        Key::new(
            "mcpServers",
            Shape::Map("the MCP servers", &Shape::Table(&MCP_SERVER)),
            "Servers of tools. The key is the namespace of a server's tools.",
        ),
        Key::new(
            "onDemandMcpServers",
            Shape::Map("the sources", &Shape::Table(&ON_DEMAND_MCP)),
            "How connected MCP servers are shown that the protocol does not name, by their source.",
        ),
        Key::new(
            "skills",
            Shape::Map("the skills", &Shape::Table(&SKILL)),
            "Packages of knowledge and scripts that a model may use.",
        ),
        Key::new(
            "onDemandSkills",
            Shape::Table(&ON_DEMAND_SKILLS),
            "How skills are shown that are attached while the agent runs.",
        ),
        Key::new(
            "workers",
            Shape::Map("the workers", &Shape::Table(&WORKER)),
            "Worker agents of the project that this agent may run, by their slug.",
        ),
        Key::new(
            "agent",
            Shape::Table(&AGENT),
            "The model of the main thread, and what it may use. Interactive agents only.",
        ),
        Key::new(
            "handlers",
            Shape::Map("the handlers", &BLOCK_LIST),
            "What each trigger starts: blocks that run from top to bottom. Interactive agents only.",
        ),
        Key::new(
            "steps",
            BLOCK_LIST,
            "The blocks of a worker, which run from top to bottom. Workers only.",
        ),
        Key::new(
            "output",
            TEXT,
            "The variable whose value is the result of a worker. Workers only.",
        ),
    ]],
);

const BLOCK_LIST: Shape = Shape::Map("the blocks", &Shape::Block);

/// The types that need no definition.
const TYPES: &[&str] = &[
    "string", "number", "integer", "boolean", "file", "unknown", "string[]", "file[]",
];

/// The same, and the list whose items are described beside it.
const PROPERTY_TYPES: &[&str] = &[
    "string", "number", "integer", "boolean", "file", "unknown", "string[]", "file[]", "array",
];

const TYPE: Key = Key::new(
    "type",
    Shape::Scalar(Scalar::Suggested(TYPES)),
    "`string`, `number`, `integer`, `boolean`, `file`, `unknown`, a type of yours, or a list as `string[]`.",
);

const DESCRIPTION: Key = Key::new("description", TEXT, "What it is for, in a sentence or two.");

const DEFAULT: Key = Key::new(
    "default",
    ANY,
    "The value that is taken where none is given.",
);

const ENUM: Key = Key::new(
    "enum",
    Shape::List("texts", &TEXT),
    "The only values that it may have. Of `type: string` alone.",
);

const OPTIONAL: Key = Key::new(
    "optional",
    FLAG,
    "Whether it may be left out. False by default.",
);

const INPUT: Section = Section::new(
    "an input",
    &[&[TYPE.required(), DESCRIPTION, OPTIONAL, DEFAULT, ENUM]],
);

const VARIABLE: Section = Section::new("a variable", &[&[TYPE.required(), DESCRIPTION, DEFAULT]]);

const RESOURCE: Section = Section::new(
    "a resource",
    &[&[
        TYPE,
        DESCRIPTION,
        DEFAULT,
        Key::new(
            "readonly",
            FLAG,
            "Whether blocks may only read it. False by default.",
        ),
    ]],
);

const TRIGGER: Section = Section::new(
    "a trigger",
    &[&[
        DESCRIPTION,
        Key::new(
            "input",
            Shape::Map("the inputs", &Shape::Table(&INPUT)),
            "Values that a client gives when it fires the trigger.",
        ),
    ]],
);

/// A property of an object type.
pub(crate) const PROPERTY: Section = Section::new(
    "a property",
    &[&[
        Key::new(
            "type",
            Shape::Scalar(Scalar::Suggested(PROPERTY_TYPES)),
            "A type as of an input, or `array` with `items`.",
        )
        .required(),
        DESCRIPTION,
        OPTIONAL,
        ENUM,
        Key::new(
            "const",
            ANY,
            "The only value that it has: how a variant of a union is told from the others.",
        ),
        Key::new(
            "items",
            Shape::Table(&ITEMS),
            "What the list holds, where the type is `array`.",
        ),
    ]],
);

/// What a list holds.
pub(crate) const ITEMS: Section = Section::new("what a list holds", &[&[TYPE.required()]]);

/// A type that is a list.
pub(crate) const LIST: Section = Section::new(
    "a list type",
    &[&[
        Key::new(
            "type",
            choice(&["array"]),
            "Always `array`: the type is a list.",
        ),
        Key::new("items", Shape::Table(&ITEMS), "What the list holds.").required(),
        DESCRIPTION,
    ]],
);

/// A type that is one of several object types.
pub(crate) const UNION: Section = Section::new(
    "a union",
    &[&[
        Key::new(
            "anyOf",
            Shape::List("type names", &TEXT),
            "The object types that a value may be of, two at least.",
        )
        .required(),
        Key::new(
            "discriminator",
            TEXT,
            "The property that tells the variants apart: each has it with a `const` of its own.",
        )
        .required(),
        DESCRIPTION,
    ]],
);

const TOOL: Section = Section::new(
    "a tool",
    &[&[
        Key::new(
            "description",
            TEXT,
            "What the tool does. A model decides by it whether to call the tool.",
        )
        .required(),
        Key::new(
            "display",
            DISPLAY,
            "How much of a call a user sees: nothing, its name, its description, its title, or all of it.",
        ),
        TITLE,
        Key::new(
            "parameters",
            Shape::Map("the parameters", &Shape::Table(&PARAMETER)),
            "The arguments of a call.",
        ),
        CONTEXT_RETENTION,
    ]],
);

const PARAMETER: Section =
    Section::new("a parameter", &[&[TYPE.required(), DESCRIPTION, OPTIONAL]]);

const CONTEXT_RETENTION: Key = Key::new(
    "contextRetention",
    Shape::Table(&RETENTION),
    "How much of old results a model is shown.",
)
.later();

const RETENTION: Section = Section::new(
    "context retention",
    &[&[Key::new(
        "toolResults",
        Shape::Table(&TOOL_RESULTS),
        "What becomes of results of tools that are no longer new.",
    )]],
);

const TOOL_RESULTS: Section = Section::new(
    "the retention of tool results",
    &[&[Key::new(
        "retainLast",
        whole(0, u32::MAX),
        "How many of the newest results a model is shown whole.",
    )
    .required()]],
);

const SKILL: Section = Section::new(
    "a skill",
    &[&[
        Key::new(
            "display",
            DISPLAY,
            "How much of the skill's work a user sees. `description` by default.",
        ),
        TITLE,
        Key::new(
            "description",
            TEXT,
            "What a user sees of it, in place of the skill's own description.",
        ),
        Key::new(
            "execution",
            SITE,
            "Where its scripts run: in a sandbox of the server, or on the client's machine.",
        ),
    ]],
);

const ON_DEMAND_SKILLS: Section = Section::new(
    "skills on demand",
    &[&[
        Key::new(
            "display",
            DISPLAY,
            "How much of the skills' work a user sees. `description` by default.",
        ),
        TITLE,
        DESCRIPTION,
        Key::new(
            "execution",
            SITE,
            "Where their scripts run: in a sandbox of the server, or on the client's machine.",
        ),
    ]],
);

const MCP_SERVER: Section = Section::new(
    "an MCP server",
    &[&[
        Key::new(
            "description",
            TEXT,
            "What the server is for.",
        )
        .required(),
        Key::new(
            "source",
            choice(&["remote", "device", "consumer"]),
            "Who runs it: the project (`remote`), the client's machine (`device`) or your application (`consumer`).",
        )
        .required(),
        Key::new(
            "display",
            DISPLAY,
            "How much of a call a user sees. `description` by default.",
        ),
        TITLE,
        Key::new(
            "connection",
            choice(&["lazy", "eager"]),
            "When a remote server is connected: on demand, or before the first model step.",
        ),
        Key::new(
            "execution",
            SITE,
            "Where the process of a remote server runs: in a sandbox of the server, or on the client's machine.",
        ),
        CONTEXT_RETENTION,
    ]],
);

const ON_DEMAND_MCP: Section = Section::new(
    "MCP servers on demand",
    &[&[
        DESCRIPTION,
        Key::new(
            "display",
            DISPLAY,
            "How much of a call a user sees. `description` by default.",
        ),
        TITLE,
        Key::new(
            "execution",
            SITE,
            "Where the processes run: in a sandbox of the server, or on the client's machine.",
        ),
        CONTEXT_RETENTION,
    ]],
);

const WORKER: Section = Section::new(
    "a worker",
    &[&[
        Key::new(
            "description",
            TEXT,
            "What the worker does. A model decides by it whether to run the worker.",
        ),
        Key::new(
            "display",
            DISPLAY,
            "How much of the run a user sees. `stream`, which is all of it, by default.",
        ),
        TITLE,
        Key::new(
            "tools",
            Shape::Map("the tools of the worker", &TEXT),
            "Tools of the worker that tools of this agent answer.",
        ),
    ]],
);
