//! The machine from outside: inputs in, effects out.
//!
//! [`Bench`] plays the runtime. Before every input it also writes the machine to JSON and reads it
//! back, and both copies must want exactly the same.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names what it is about"
)]

mod bench;
mod blocks;
mod builtins;
mod cancelling;
mod compaction;
mod conversation;
pub(crate) mod folds;
mod guards;
mod legible;
mod logging;
mod model_test;
mod restore;
mod structured;
mod threads;
mod tool_rounds;
mod workers;

use bench::{Bench, agent, program};
