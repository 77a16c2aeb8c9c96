//! What is measured.

use std::time::Duration;

use crate::vendor::Pace;

/// One way to load a server.
#[derive(Clone, Copy)]
pub struct Scenario {
    pub name: &'static str,
    pub clients: u32,
    pub replies: u32,
    pub pace: Pace,
    /// The clients begin spread over this time.
    pub ramp: Duration,
}

/// One client, paced tokens: at no pace the first token would wait for a buffer to fill.
pub const FIRST_TOKEN: &str = "first token";
/// Many clients and no pause: what a reply costs.
pub const SATURATION: &str = "saturation";
/// Many streams at the speed of a model.
pub const HELD: &str = "held streams";

const fn scenario(name: &'static str, clients: u32, replies: u32, pace: (u32, u64)) -> Scenario {
    Scenario {
        name,
        clients,
        replies,
        pace: Pace {
            tokens: pace.0,
            every: Duration::from_micros(pace.1),
        },
        ramp: Duration::ZERO,
    }
}

pub const FULL: [Scenario; 3] = [
    scenario(FIRST_TOKEN, 1, 50, (8, 2_000)),
    scenario(SATURATION, 64, 2_000, (64, 0)),
    Scenario {
        ramp: Duration::from_secs(1),
        ..scenario(HELD, 500, 500, (100, 20_000))
    },
];

/// Only whether all replies are complete.
pub const SMOKE: [Scenario; 3] = [
    scenario(FIRST_TOKEN, 1, 5, (8, 2_000)),
    scenario(SATURATION, 16, 200, (64, 0)),
    scenario(HELD, 50, 50, (20, 20_000)),
];
