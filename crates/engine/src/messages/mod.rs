//! The fold of a session's items into the messages that a client is shown (CONTRACT 4).

mod chat;
mod ui;

use domain::MessageId;

pub use chat::{chat, newest};
pub use ui::ui;

/// The message of an execution that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// A leg runs: more may come.
    Running(MessageId),
    /// Tool results are waited for, perhaps for ever.
    Waiting(MessageId),
}

impl Live {
    fn message(&self) -> &MessageId {
        match self {
            Self::Running(message) | Self::Waiting(message) => message,
        }
    }
}
