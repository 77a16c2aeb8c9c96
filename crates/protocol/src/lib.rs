//! The compiler: an agent's folder in, a [`Program`] and diagnostics out.
//!
//! YAML is read into a tree with places, declarations are read into names, and the agent and its
//! handlers are lowered with every name resolved. Nothing here does IO, knows a vendor
//! or a clock, or stops at the first problem.
//!
//! - `language` is the list of all keys, `blocks/<kind>.rs` the shape of one block kind.
//! - `rules/<rule>.rs` holds what is wrong, its stable code and its words.
//! - [`input`] checks a client's values when a session is created and when a trigger is fired.

// What fuzzers and measurements share with the tests names the crate as they do.
#[cfg(test)]
extern crate self as protocol;

mod agent;
mod blocks;
mod catalog;
mod compiler;
mod cx;
mod declarations;
mod diagnostic;
mod display;
mod folder;
mod graph;
mod handlers;
pub mod input;
mod language;
mod line_index;
mod mapping;
mod names;
mod problems;
pub mod program;
mod prompts;
mod region;
mod render;
mod rules;
mod schema;
mod scope;
mod setting;
mod shape_check;
mod sources;
mod suggest;
mod table;
mod template;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod types;
mod unused;
mod uses;
mod yaml;

pub use catalog::{Agents, Catalog, Signature, WorkerSignature};
pub use compiler::{Compiled, compile, declared_workers};
pub use diagnostic::{Diagnostic, Position, Severity, Span};
pub use folder::{Folder, FolderFile, compile_folder};
pub use program::Program;
pub use render::{render, render_folder};
pub use schema::{protocol_schema, settings_schema};
