//! The fold of a session's items into the messages that a client is shown (CONTRACT 4).

mod chat;
mod ui;

pub use chat::chat;
pub use ui::{Live, ui};
