//! The `octavusd` command.

use std::process::ExitCode;

use clap::Parser as _;
use octavusd::cli::Command;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    octavusd::cli::run(Command::parse())
}
