//! What a request says, in no vendor's words; `rules.rs` judges it.

use serde_json::Value;

/// A request as the fake understands it.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    pub(super) model: String,
    pub(super) turns: Vec<Turn>,
    pub(super) tools: Vec<Tool>,
    /// Whether the vendor insists that a step with calls begins with its reasoning.
    pub(super) reasoning_required: bool,
}

#[derive(Debug)]
pub(super) struct Turn {
    pub(super) from_user: bool,
    pub(super) pieces: Vec<Piece>,
}

#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    /// `genuine` where it is, signature and all, what the fake gave.
    Reasoning {
        genuine: bool,
    },
    Call {
        id: String,
    },
    Result {
        id: String,
    },
    /// An image or another file.
    File,
}

#[derive(Debug)]
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) schema: Value,
}

impl Conversation {
    /// The text of the last user turn, for [`super::reply::Reply::when`].
    pub(super) fn last_user_text(&self) -> String {
        let last = self.turns.iter().rev().find(|turn| turn.from_user);
        let texts = last.iter().flat_map(|turn| &turn.pieces);
        texts
            .filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Reasoning { .. }
                | Piece::Call { .. }
                | Piece::Result { .. }
                | Piece::File => None,
            })
            .collect::<Vec<_>>()
            .join("\n")
    }
}
