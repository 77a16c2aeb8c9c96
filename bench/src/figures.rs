//! What a load has shown, and the few numbers that are compared.

use std::time::Duration;

/// One load of one server; times in microseconds.
#[derive(Default)]
pub struct Sample {
    pub first_tokens: Vec<u64>,
    pub totals: Vec<u64>,
    pub lags: Vec<u64>,
    pub failures: Vec<String>,
    /// When the last byte came.
    pub last: u64,
    pub wall: Duration,
    pub cpu: Duration,
    /// The most that was seen, in bytes.
    pub memory: u64,
}

impl Sample {
    pub fn add(&mut self, reply: Self) {
        self.first_tokens.extend(reply.first_tokens);
        self.totals.extend(reply.totals);
        self.lags.extend(reply.lags);
        self.last = self.last.max(reply.last);
    }

    /// CPU per reply in microseconds.
    pub fn cpu_per_reply(&self) -> f64 {
        per(self.cpu, self.totals.len())
    }

    /// CPU per token in microseconds.
    pub fn cpu_per_token(&self) -> f64 {
        per(self.cpu, self.lags.len())
    }

    pub fn replies_per_second(&self) -> f64 {
        self.totals.len() as f64 / self.wall.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

fn per(cpu: Duration, count: usize) -> f64 {
    cpu.as_secs_f64() * 1e6 / (count.max(1) as f64)
}

/// The value that a share of all is not above.
pub fn quantile(values: &[u64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().saturating_sub(1);
    let place = (last as f64 * share).round() as usize;
    sorted.get(place).map_or(0.0, |value| *value as f64)
}

/// Of the rounds the best: noise only ever adds to a cost.
pub fn best(rounds: impl Iterator<Item = f64>) -> f64 {
    rounds.reduce(f64::min).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let values = [40, 10, 30, 20, 50];
        assert_eq!(quantile(&values, 0.5), 30.0);
        assert_eq!(quantile(&values, 0.99), 50.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
