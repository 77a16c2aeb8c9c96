//! What stands beside the protocol: `settings.json`, and the front matter of references (CONTRACT 1.1).

use super::{Key, Section, TEXT, choice};

pub(crate) const SETTINGS: Section = Section::new(
    "the settings file",
    &[&[
        Key::new(
            "slug",
            TEXT,
            "The name of the agent in URLs: small letters, digits and dashes.",
        )
        .required(),
        Key::new("name", TEXT, "The name of the agent for people.").required(),
        Key::new("description", TEXT, "What the agent does."),
        Key::new(
            "format",
            choice(&["interactive", "worker"]),
            "`interactive` for sessions with triggers, `worker` for one run from input to output.",
        )
        .required(),
    ]],
);

/// A reference without a description is a rule of its own.
pub(crate) const FRONT_MATTER: Section = Section::new(
    "a reference",
    &[&[Key::new(
        "description",
        TEXT,
        "What the document is about. A model chooses by it whether to read it.",
    )]],
);
