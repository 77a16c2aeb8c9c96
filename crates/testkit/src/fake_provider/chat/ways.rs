//! Who serves the format, and how each differs, by its own documentation.

use axum::http::Uri;

use super::Chat;

/// One vendor's ways.
pub(super) struct Ways {
    pub(super) name: &'static str,
    /// The path of a completion.
    path: &'static str,
    pub(super) key: Key,
    /// The fields that it knows beside those that all know.
    pub(super) knows: &'static [&'static str],
    /// The parts that a message may have beside text.
    pub(super) parts: &'static [&'static str],
    pub(super) usage: Usage,
    pub(super) thoughts: Thoughts,
    pub(super) calls: CallStyle,
    pub(super) hottest: f64,
    /// Whether the last frame is `[DONE]`.
    pub(super) says_done: bool,
}

pub(super) enum Key {
    Bearer,
    Header(&'static str),
    None,
}

/// When usage is sent.
#[derive(PartialEq, Eq)]
pub(super) enum Usage {
    /// In a chunk of its own, where it is asked for.
    Asked,
    /// Beside the reason to end; asking is refused where `stream_options` is not known.
    Always,
}

/// Where thoughts are, and whether they must come back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Thoughts {
    /// `reasoning_content`; refused in a request.
    Content,
    /// `reasoning_content`; demanded back with the calls of the turn that is under way.
    ContentAndBack,
    /// `reasoning`; refused in a request.
    Plain,
    /// `reasoning_details`, signed, taken back genuine or not at all.
    Details,
    /// A list in place of the text.
    List,
}

/// How calls are numbered and cut up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CallStyle {
    Pieces,
    /// Each whole, all of them with the number 0.
    WholeAtZero,
    /// Each whole, with an id of nine letters and digits, which is the only kind that is taken.
    WholeWithNine,
}

const STANDARD: Ways = Ways {
    name: "",
    path: "/v1/chat/completions",
    key: Key::Bearer,
    knows: &[
        "stream_options",
        "reasoning_effort",
        "max_completion_tokens",
    ],
    parts: &["image_url", "file", "input_audio"],
    usage: Usage::Asked,
    thoughts: Thoughts::Content,
    calls: CallStyle::Pieces,
    hottest: 2.0,
    says_done: true,
};

const ALL: &[Chat] = &[
    Chat {
        ways: &Ways {
            name: "azure",
            knows: &[
                "stream_options",
                "reasoning_effort",
                "max_completion_tokens",
                "prompt_cache_key",
                "prompt_cache_retention",
            ],
            path: "/openai/v1/chat/completions",
            key: Key::Header("api-key"),
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "x-ai",
            parts: &["image_url"],
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "openrouter",
            parts: &["image_url", "file", "input_audio", "video_url"],
            path: "/api/v1/chat/completions",
            knows: &["reasoning", "cache_control"],
            usage: Usage::Always,
            thoughts: Thoughts::Details,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "vercel",
            parts: &["image_url", "file"],
            knows: &["stream_options", "reasoning", "providerOptions"],
            thoughts: Thoughts::Details,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "groq",
            parts: &["image_url"],
            path: "/openai/v1/chat/completions",
            knows: &[
                "stream_options",
                "reasoning_effort",
                "reasoning_format",
                "max_completion_tokens",
            ],
            thoughts: Thoughts::Plain,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "mistral",
            parts: &["image_url", "document_url", "input_audio"],
            knows: &["reasoning_effort"],
            usage: Usage::Always,
            thoughts: Thoughts::List,
            calls: CallStyle::WholeWithNine,
            hottest: 1.5,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "deepseek",
            parts: &[],
            path: "/chat/completions",
            knows: &["stream_options", "thinking", "reasoning_effort"],
            thoughts: Thoughts::ContentAndBack,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "together",
            parts: &["image_url", "video_url"],
            knows: &["stream_options", "reasoning", "reasoning_effort"],
            thoughts: Thoughts::Plain,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "fireworks",
            parts: &["image_url"],
            path: "/inference/v1/chat/completions",
            thoughts: Thoughts::ContentAndBack,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "ollama",
            parts: &["image_url"],
            key: Key::None,
            thoughts: Thoughts::Plain,
            calls: CallStyle::WholeAtZero,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "vllm",
            parts: &["image_url", "input_audio", "video_url"],
            key: Key::None,
            knows: &["stream_options", "chat_template_kwargs"],
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "llamacpp",
            parts: &["image_url", "input_audio"],
            key: Key::None,
            knows: &["stream_options", "chat_template_kwargs"],
            says_done: false,
            ..STANDARD
        },
    },
    Chat {
        ways: &Ways {
            name: "lmstudio",
            parts: &["image_url"],
            key: Key::None,
            ..STANDARD
        },
    },
];

const ANY: Chat = Chat { ways: &STANDARD };

/// The vendor that stands at the head of a path; without one it is the format itself.
pub(in crate::fake_provider) fn of_path(path: &str) -> Option<&'static Chat> {
    if !path.ends_with("/chat/completions") {
        return None;
    }
    let first = path.split('/').nth(1)?;
    Some(of(first).unwrap_or(&ANY))
}

pub(super) fn of(name: &str) -> Option<&'static Chat> {
    ALL.iter().find(|chat| chat.ways.name == name)
}

impl Ways {
    /// # Errors
    /// Where the real vendor would answer 404.
    pub(super) fn check_place(&self, uri: &Uri) -> Result<(), String> {
        let head = format!("/{}", self.name);
        let path = uri.path().strip_prefix(&head).unwrap_or_default();
        let named = if self.name.is_empty() { "/" } else { "" };
        let real = self.path.trim_start_matches(named);
        if path != real {
            return Err(format!("{path}: no such path; it is {real}"));
        }
        match uri.query() {
            // No vendor asks for anything there; Azure answers a version other than `preview` with 404.
            Some(query) => Err(format!("{query}: nothing is asked for in the query")),
            None => Ok(()),
        }
    }
}
