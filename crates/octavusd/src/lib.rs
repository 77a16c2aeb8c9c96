//! The server and its command line.
//!
//! Only this crate knows HTTP, the process and its environment. `cli` holds the commands, `http` the
//! API, `server` puts the parts together.

mod agent_folder;
pub mod api_key;
pub mod cli;
mod config;
mod config_file;
mod data_dir;
mod exporter;
pub mod http;
pub mod master_key;
mod open_files;
mod server;
mod telemetry;
