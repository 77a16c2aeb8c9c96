//! Compares octavusd with a proxy that passes the same bytes through, in one run, against one fake
//! vendor that writes into each token when it was sent.

mod clients;
mod compare;
mod figures;
mod http;
mod pass_through;
mod process;
mod report;
mod scenario;
mod target;
mod token;
mod vendor;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves a model that answers with stamped tokens at a pace that can be set.
    Vendor { port: u16 },
    /// Passes requests on to the vendor, and its bytes back.
    PassThrough { port: u16, vendor: u16 },
    /// Runs the comparison; fails where a reply is not complete.
    Compare(compare::Options),
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match Arguments::parse().command {
            Command::Vendor { port } => vendor::serve(port).await,
            Command::PassThrough { port, vendor } => pass_through::serve(port, vendor).await,
            Command::Compare(options) => compare::compare(&options).await,
        }
    })
}
