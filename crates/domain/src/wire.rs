//! The mapping of the current wire shape to what older clients read (CONTRACT 2.2, 2.3).
//!
//! Only this module knows of versions. What it makes is a strict subset of the current shape, so every
//! client reads it.

mod legacy;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{ChatMessage, StreamEvent, UiMessage};

/// The shape a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WireVersion {
    /// SDK 2.0, which sends no version header.
    Legacy,
    /// The current shape.
    V4,
}

/// Which shape the clients of a key read, as its owner chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WireChoice {
    /// The one that their requests speak of.
    #[default]
    Auto,
    Legacy,
    V4,
}

impl WireChoice {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Legacy, Self::V4];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Legacy => "legacy",
            Self::V4 => "v4",
        }
    }

    /// The chosen shape, or the one that was found out where it was left open.
    #[must_use]
    pub fn or(self, detected: WireVersion) -> WireVersion {
        match self {
            Self::Auto => detected,
            Self::Legacy => WireVersion::Legacy,
            Self::V4 => WireVersion::V4,
        }
    }
}

impl FromStr for WireChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|choice| choice.as_str() == text)
            .ok_or_else(|| format!("unknown wire version `{text}`; use auto, legacy or v4"))
    }
}

impl WireVersion {
    /// Tells the version by a request's headers.
    ///
    /// A client of version 4 or later says so. Without that header a JavaScript `fetch` is taken for
    /// SDK 2.0, and anything else (curl, Python) for a reader of the current documentation.
    #[must_use]
    pub fn detect(sdk_version: Option<&str>, looks_like_fetch: bool) -> Self {
        match sdk_version.and_then(|version| version.trim().parse::<u32>().ok()) {
            Some(version) if version >= 4 => Self::V4,
            Some(_) => Self::Legacy,
            None if looks_like_fetch => Self::Legacy,
            None => Self::V4,
        }
    }

    /// Hands on the event as this client reads it: itself, or what says the same of it in the older
    /// shape, which may be nothing or two events.
    pub fn event(self, event: StreamEvent, mut send: impl FnMut(StreamEvent)) {
        match self {
            Self::V4 => send(event),
            Self::Legacy => legacy::event(event, send),
        }
    }

    /// The messages of a session as this client reads them.
    #[must_use]
    pub fn chat_messages(self, messages: Vec<ChatMessage>) -> Vec<ChatMessage> {
        match self {
            Self::V4 => messages,
            Self::Legacy => messages.into_iter().map(legacy::chat_message).collect(),
        }
    }

    /// The messages of a chat as this client reads them.
    #[must_use]
    pub fn ui_messages(self, messages: Vec<UiMessage>) -> Vec<UiMessage> {
        match self {
            Self::V4 => messages,
            Self::Legacy => messages
                .into_iter()
                .filter_map(legacy::ui_message)
                .collect(),
        }
    }
}
