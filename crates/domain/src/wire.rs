//! The mapping of the current wire shape to what older clients read (CONTRACT 2.2, 2.3).
//!
//! Only this module knows of versions. What it makes is a strict subset of the current shape, so every
//! client reads it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{ChatMessage, Display, PartBody, StreamEvent, UiMessage, UiPart, UiToolStatus};

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

    /// The event as this client reads it; `None` where it must not see it at all.
    #[must_use]
    pub fn event(self, event: StreamEvent) -> Option<StreamEvent> {
        match self {
            Self::V4 => Some(event),
            Self::Legacy => legacy_event(event),
        }
    }

    /// The messages of a session as this client reads them.
    #[must_use]
    pub fn chat_messages(self, mut messages: Vec<ChatMessage>) -> Vec<ChatMessage> {
        if self == Self::Legacy {
            for message in &mut messages {
                message.parts.retain(|part| {
                    !matches!(part.body, PartBody::StepStart | PartBody::Operation { .. })
                });
                message.sender = None;
                for part in &mut message.parts {
                    if let PartBody::ToolCall { tool_call } = &mut part.body {
                        tool_call.display = None;
                    }
                }
                for call in &mut message.tool_calls {
                    call.display = None;
                }
            }
        }
        messages
    }

    /// The messages of a chat as this client reads them.
    #[must_use]
    pub fn ui_messages(self, mut messages: Vec<UiMessage>) -> Vec<UiMessage> {
        if self == Self::Legacy {
            for message in &mut messages {
                message.parts.retain(|part| *part != UiPart::StepStart);
                message.sender = None;
                message.parts.iter_mut().for_each(legacy_ui_part);
            }
        }
        messages
    }
}

/// SDK 2.0 knows neither cancelled tool calls nor their display mode.
fn legacy_ui_part(part: &mut UiPart) {
    if let UiPart::ToolCall {
        status,
        error,
        display,
        ..
    } = part
    {
        *display = None;
        if *status == UiToolStatus::Cancelled {
            *status = UiToolStatus::Error;
            error.get_or_insert_with(|| "Cancelled".into());
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "an event that is not named here is the same in every version"
)]
fn legacy_event(event: StreamEvent) -> Option<StreamEvent> {
    match event {
        StreamEvent::BlockStart(mut block) => {
            // The mode `title` would make the whole event unreadable.
            if block.display == Display::Title {
                block.display = Display::Description;
            }
            Some(StreamEvent::BlockStart(block))
        }
        // Each fragment would be parsed alone, so that `5` or `true` became the arguments.
        StreamEvent::ToolInputDelta { .. } => None,
        StreamEvent::ToolInputStart {
            tool_call_id,
            tool_name,
            title,
            display,
            worker_id,
        } => {
            let display = if display == Display::Title {
                Display::Description
            } else {
                display
            };
            Some(StreamEvent::ToolInputStart {
                tool_call_id,
                tool_name,
                title,
                display,
                worker_id,
            })
        }
        event => Some(event),
    }
}
