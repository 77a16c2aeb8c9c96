//! Legs from outside HTTP: two nodes on one store, and everything that can end a leg early.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod draining;
mod ending_early;
mod node;
mod streaming;
mod two_nodes;
