//! The table at the end.

use std::fmt::Write as _;

use crate::figures::{Sample, best, quantile};
use crate::scenario::{FIRST_TOKEN, HELD, SATURATION};

/// All rounds of one server in one scenario.
pub struct Rounds {
    pub server: &'static str,
    pub scenario: &'static str,
    pub samples: Vec<Sample>,
}

/// A figure: where it comes from, how it is read, and its unit.
struct Figure {
    name: &'static str,
    scenario: &'static str,
    unit: &'static str,
    read: fn(&Sample) -> f64,
}

const FIGURES: [Figure; 8] = [
    Figure {
        name: "time to the first token, median",
        scenario: FIRST_TOKEN,
        unit: "ms",
        read: |sample| quantile(&sample.first_tokens, 0.5) / 1e3,
    },
    Figure {
        name: "time to the first token, p95",
        scenario: FIRST_TOKEN,
        unit: "ms",
        read: |sample| quantile(&sample.first_tokens, 0.95) / 1e3,
    },
    Figure {
        name: "whole reply, p95",
        scenario: FIRST_TOKEN,
        unit: "ms",
        read: |sample| quantile(&sample.totals, 0.95) / 1e3,
    },
    Figure {
        name: "CPU per reply of 64 tokens",
        scenario: SATURATION,
        unit: "µs",
        read: Sample::cpu_per_reply,
    },
    Figure {
        name: "time per reply at saturation",
        scenario: SATURATION,
        unit: "µs",
        read: |sample| 1e6 / sample.replies_per_second(),
    },
    Figure {
        name: "CPU per token of held streams",
        scenario: HELD,
        unit: "µs",
        read: Sample::cpu_per_token,
    },
    Figure {
        name: "lag of a token, p99",
        scenario: HELD,
        unit: "ms",
        read: |sample| quantile(&sample.lags, 0.99) / 1e3,
    },
    Figure {
        name: "memory with held streams",
        scenario: HELD,
        unit: "MiB",
        read: |sample| sample.memory as f64 / 1_048_576.0,
    },
];

/// Each figure of each server, and how it compares with the first one's.
pub fn table(servers: &[&str], rounds: &[Rounds]) -> String {
    let mut text = format!(
        "| | {} |\n|---{}|\n",
        servers.join(" | "),
        "|--:".repeat(servers.len())
    );
    for figure in &FIGURES {
        let of = |server: &str| {
            let found = rounds
                .iter()
                .find(|it| it.server == server && it.scenario == figure.scenario);
            found.map_or(0.0, |it| best(it.samples.iter().map(figure.read)))
        };
        let first = servers.first().map_or(0.0, |server| of(server));
        let _ = write!(text, "| {} |", figure.name);
        for server in servers {
            let value = of(server);
            let _ = write!(
                text,
                " {value:.2} {} ({:.2}x) |",
                figure.unit,
                value / first
            );
        }
        text.push('\n');
    }
    text
}
