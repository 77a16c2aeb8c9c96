//! The API over a real socket, one file for each part of the URL tree.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod agent_sessions;
mod agents;
mod architecture;
mod keys;
mod server;
mod trigger;

use server::TestServer;
