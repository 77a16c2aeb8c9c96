//! YAML as a tree in which every node knows its place.
//!
//! The parser's events are built into [`Node`]s. Nothing here knows the protocol language.

mod build;
mod node;
mod path;
mod scalar;

pub(crate) use build::{Source, parse, parse_part};
pub(crate) use node::{Entry, Key, Node, Value};
pub(crate) use path::path_of;
