//! What a runtime is told by its operator.

use std::time::Duration;

use domain::Limits;

/// The settings of a runtime. Every time constant is here, so that tests need not wait for them.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    /// The name of this node and a number that is new at each start, joined by `#`.
    pub node: String,
    pub limits: Limits,
    /// Inactivity until a session expires.
    pub session_ttl: Duration,
    /// How long a lease is good without a renewal.
    pub lease_ttl: Duration,
    /// How often leases are renewed.
    pub lease_renewal: Duration,
    /// How often expired sessions and dropped files are swept away.
    pub sweep_period: Duration,
    /// How long running legs may go on when the server shuts down.
    pub drain_time: Duration,
    /// How long they then have to store what they said so far.
    pub cut_time: Duration,
    /// Whether a trigger runs the agent's newest revision instead of the session's: an edit is then
    /// felt at once (`octavusd dev`).
    pub follow_newest: bool,
}

impl RuntimeConfig {
    /// The defaults, for a node of that name.
    #[must_use]
    pub fn for_node(name: &str) -> Self {
        Self {
            node: format!("{name}#{}", crate::ids::new_boot_id()),
            limits: Limits::default(),
            session_ttl: Duration::from_secs(24 * 3600),
            lease_ttl: Duration::from_secs(30),
            lease_renewal: Duration::from_secs(10),
            sweep_period: Duration::from_secs(60),
            drain_time: Duration::from_secs(60),
            cut_time: Duration::from_secs(10),
            follow_newest: false,
        }
    }
}
