//! THE list of keys of the language: those that compile, and those that are not built yet.
//!
//! To build a key: move it from `later` to `built` and read it where its section is lowered.

/// The keys of one kind of map.
#[derive(Debug)]
pub(crate) struct Section {
    /// With its article, for messages.
    pub(crate) what: &'static str,
    pub(crate) built: &'static [&'static str],
    /// In the language, and not supported yet.
    pub(crate) later: &'static [&'static str],
    /// Values with which a key of `later` means the same as its absence, as JSON.
    pub(crate) idle: &'static [(&'static str, &'static str)],
}

impl Section {
    const fn new(what: &'static str, built: &'static [&'static str]) -> Self {
        Self {
            what,
            built,
            later: &[],
            idle: &[],
        }
    }

    const fn later(self, later: &'static [&'static str]) -> Self {
        Self { later, ..self }
    }

    const fn idle(self, idle: &'static [(&'static str, &'static str)]) -> Self {
        Self { idle, ..self }
    }

    /// Every key that is in the language.
    pub(crate) fn known(&self) -> impl Iterator<Item = &'static str> {
        self.built.iter().chain(self.later).copied()
    }
}

pub(crate) const PROTOCOL: Section = Section::new(
    "a protocol",
    &[
        "input",
        "resources",
        "variables",
        "triggers",
        "tools",
        "agent",
        "handlers",
    ],
)
.later(&[
    "types",
    "mcpServers",
    "onDemandMcpServers",
    "skills",
    "onDemandSkills",
    "workers",
    "steps",
    "output",
]);

pub(crate) const INPUT: Section = Section::new(
    "an input",
    &["type", "description", "optional", "default", "enum"],
);

pub(crate) const VARIABLE: Section =
    Section::new("a variable", &["type", "description", "default"]);

pub(crate) const RESOURCE: Section = Section::new(
    "a resource",
    &["type", "description", "default", "readonly"],
);

pub(crate) const TRIGGER: Section = Section::new("a trigger", &["description", "input"]);

pub(crate) const TOOL: Section =
    Section::new("a tool", &["description", "display", "title", "parameters"])
        .later(&["contextRetention"]);

pub(crate) const PARAMETER: Section =
    Section::new("a parameter", &["type", "description", "optional"]);

pub(crate) const AGENT: Section = Section::new(
    "an agent",
    &[
        "model",
        "system",
        "input",
        "tools",
        "agentic",
        "maxSteps",
        "temperature",
        "thinking",
    ],
)
.later(MODEL_LATER)
.idle(MODEL_IDLE);

/// What a `start-thread` block says of its model like an agent does. `contextManagement` will be
/// the agent's alone.
const MODEL_LATER: &[&str] = &[
    "backupModel",
    "skills",
    "references",
    "mcpServers",
    "onDemandMcpServers",
    "workers",
    "imageModel",
    "videoModel",
    "speechModel",
    "speechVoice",
    "transcriptionModel",
    "webSearch",
    "todoList",
    "speed",
    "cache",
    "maxToolOutputTokens",
    "maxImageDimension",
    "maxOutputTokens",
    "loopGuard",
    "sandboxTimeout",
    "contextManagement",
    "anthropic",
];

const MODEL_IDLE: &[(&str, &str)] = &[
    ("webSearch", "false"),
    ("todoList", "false"),
    ("loopGuard", "false"),
    ("speed", "\"standard\""),
    ("cache", "\"auto\""),
];

/// The kinds of blocks that compile. Each has a file in [`crate::blocks`].
pub(crate) const BLOCKS: &[(&str, &Section)] = &[
    ("add-message", &ADD_MESSAGE),
    ("next-message", &NEXT_MESSAGE),
    ("tool-call", &TOOL_CALL),
    ("set-resource", &SET_RESOURCE),
    ("start-thread", &START_THREAD),
    ("serialize-thread", &SERIALIZE_THREAD),
];

/// The kinds of blocks that are not supported yet.
pub(crate) const LATER_BLOCKS: &[&str] = &[
    "run-worker",
    "generate-image",
    "generate-video",
    "generate-speech",
    "transcribe-audio",
];

const ADD_MESSAGE: Section = Section::new(
    "`add-message`",
    &[
        "block",
        "display",
        "title",
        "description",
        "thread",
        "role",
        "prompt",
        "input",
        "files",
        "uiContent",
        "visible",
    ],
);

const NEXT_MESSAGE: Section = Section::new(
    "`next-message`",
    &[
        "block",
        "display",
        "title",
        "description",
        "thread",
        "output",
        "independent",
    ],
)
.later(&["responseType"]);

const TOOL_CALL: Section = Section::new(
    "`tool-call`",
    &[
        "block",
        "display",
        "title",
        "description",
        "thread",
        "tool",
        "input",
        "output",
    ],
);

const SET_RESOURCE: Section = Section::new(
    "`set-resource`",
    &[
        "block",
        "display",
        "title",
        "description",
        "thread",
        "resource",
        "value",
    ],
);

const START_THREAD: Section = Section::new(
    "`start-thread`",
    &[
        "block",
        "display",
        "title",
        "description",
        "thread",
        "model",
        "system",
        "input",
        "tools",
        "agentic",
        "maxSteps",
        "temperature",
        "thinking",
    ],
)
.later(MODEL_LATER)
.idle(MODEL_IDLE);

const SERIALIZE_THREAD: Section = Section::new(
    "`serialize-thread`",
    &[
        "block",
        "display",
        "title",
        "description",
        "thread",
        "format",
        "output",
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_in_one_list_only_and_idle_ones_are_in_later() {
        let blocks = BLOCKS.iter().map(|(_, section)| *section);
        let others = [
            &PROTOCOL, &INPUT, &VARIABLE, &RESOURCE, &TRIGGER, &TOOL, &PARAMETER, &AGENT,
        ];
        for section in blocks.chain(others) {
            let mut keys: Vec<&str> = section.known().collect();
            keys.sort_unstable();
            let count = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), count, "{}", section.what);
            for (key, value) in section.idle {
                assert!(section.later.contains(key), "{key}");
                assert!(
                    serde_json::from_str::<serde_json::Value>(value).is_ok(),
                    "{value}"
                );
            }
        }
    }
}
