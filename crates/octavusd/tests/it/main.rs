//! The API over a real socket, one file for each part of the URL tree.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and names what it is about"
)]

mod agent_sessions;
mod agents;
mod architecture;
mod check;
mod dev;
mod files;
mod keys;
mod logs;
mod observing;
mod openapi;
mod operate;
mod process;
mod restore;
mod schemas;
mod serve;
mod server;
mod start;
mod threads;
mod transcripts;
mod trigger;
mod upgrade;
mod wire;
mod workers;

use server::TestServer;
