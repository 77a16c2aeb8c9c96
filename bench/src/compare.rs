//! The comparison: every server in every scenario, in turns, so that a busy machine hits all alike.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::clients;
use crate::http;
use crate::report::{Rounds, table};
use crate::scenario::{FULL, SMOKE};
use crate::target::Server;

#[derive(Args)]
pub struct Options {
    /// The server to measure.
    #[arg(long)]
    octavusd: PathBuf,
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// A few seconds, which only show that replies are complete.
    #[arg(long)]
    smoke: bool,
}

pub async fn compare(options: &Options) -> Result<()> {
    let client = http::client();
    let vendor = Server::vendor().await?;
    let servers = [
        Server::pass_through(&vendor).await?,
        Server::octavusd(&options.octavusd, &vendor, &client).await?,
    ];
    let (scenarios, rounds) = if options.smoke {
        (&SMOKE, 1)
    } else {
        (&FULL, options.rounds)
    };
    let mut results = Vec::new();
    for scenario in scenarios {
        vendor.set_pace(scenario.pace, &client).await?;
        let mut of_servers = servers.each_ref().map(|server| Rounds {
            server: server.name,
            scenario: scenario.name,
            samples: Vec::new(),
        });
        for _ in 0..rounds {
            for (server, rounds) in servers.iter().zip(&mut of_servers) {
                let sample = clients::load(server, scenario, &client).await?;
                if let Some(failure) = sample.failures.first() {
                    let (count, name) = (sample.failures.len(), server.name);
                    bail!(
                        "{count} replies of {name} failed ({}): {failure}",
                        scenario.name
                    );
                }
                rounds.samples.push(sample);
            }
        }
        results.extend(of_servers);
    }
    let names = servers.each_ref().map(|server| server.name);
    let mut out = std::io::stdout();
    writeln!(out, "{}", table(&names, &results))?;
    Ok(())
}
