//! Prompts with every name resolved.

use std::sync::Arc;

use super::Place;

/// A prompt with its mapping applied: includes are spliced in, labels are places, and a label that no
/// mapping names is plain text again (CONTRACT 5.4).
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    pub pieces: Arc<[Piece]>,
}

/// A piece of a prompt.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(Arc<str>),
    Value(Place),
    /// `{{#if}}`: the first branch whose condition holds, else `otherwise`.
    If {
        branches: Vec<(Condition, Vec<Piece>)>,
        otherwise: Vec<Piece>,
    },
}

/// The condition of a branch. Values are compared in their string form, case-sensitively.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Truthy(Place),
    Falsy(Place),
    Equals(Place, Arc<str>),
    Differs(Place, Arc<str>),
}
