//! The machine: input in, effects out. It never waits.
//!
//! [`Machine::step`] takes one [`Input`] and writes down what has to happen in [`Effects`]; the runtime
//! performs it. No tokio, no clock, no randomness, no IO: the same inputs give the same effects, byte
//! for byte, so an execution can be stored at a pause and go on elsewhere.
//!
//! - To add a block kind: a variant of `protocol::program::BlockKind`, then a file in `blocks/`.
//! - To add something a client sees: `present.rs` decides who may see it.

mod agent_loop;
mod blocks;
mod bounded;
mod builtin;
mod calls;
mod compaction;
mod deltas;
mod draft;
mod effects;
mod ending;
mod environment;
mod execution;
mod frame;
mod input;
mod lane;
mod loop_guard;
mod machine;
pub mod messages;
mod object;
mod offer;
mod present;
mod programs;
pub mod restore;
mod scope;
mod squeeze;
mod thread;
mod tokens;
pub mod transcript;
mod type_problem;
mod worker;

#[cfg(test)]
mod tests;

pub use effects::{Commit, Effects, Point, Request};
pub use environment::Environment;
pub use execution::{CallId, Execution, Pin};
pub use frame::FrameError;
pub use input::{CancelReason, Continue, Execute, Input, Reply, ToolReply, Trigger};
pub use machine::{Begin, Machine};
pub use programs::{Programs, WorkerProgram, initial_state};
