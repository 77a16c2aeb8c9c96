//! What an operator watches of the legs of this node. Where nobody asked for figures the handles do nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ErrorInfo, ErrorSource};
use engine::{CancelReason, Point};
use metrics::{
    Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};

const LEGS: &str = "octavusd_legs";
const ENDS: &str = "octavusd_leg_ends_total";
const COMMIT: &str = "octavusd_commit_seconds";
const LOST: &str = "octavusd_leases_lost_total";
const NOT_RENEWED: &str = "octavusd_lease_renewal_failures_total";
const DROPPED_FILES: &str = "octavusd_dropped_files";
const NOT_SWEPT: &str = "octavusd_sweep_failures_total";
const MODEL_ERRORS: &str = "octavusd_model_errors_total";
const UNKNOWN_EVENTS: &str = "octavusd_unknown_provider_events_total";

/// Why a leg ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    Failed,
    /// It waits for the results of tools.
    Paused,
    Disconnected,
    Draining,
    TimeLimit,
    LeaseLost,
    /// A commit failed.
    NotStored,
    Panicked,
}

impl End {
    const ALL: [Self; 9] = [
        Self::Done,
        Self::Failed,
        Self::Paused,
        Self::Disconnected,
        Self::Draining,
        Self::TimeLimit,
        Self::LeaseLost,
        Self::NotStored,
        Self::Panicked,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Paused => "paused",
            Self::Disconnected => "disconnected",
            Self::Draining => "draining",
            Self::TimeLimit => "time_limit",
            Self::LeaseLost => "lease_lost",
            Self::NotStored => "not_stored",
            Self::Panicked => "panicked",
        }
    }

    /// The end that a commit is, if it is one; `cancelled` says why the leg was stopped.
    pub(crate) fn at(point: Point, cancelled: Option<CancelReason>) -> Option<Self> {
        Some(match point {
            Point::Step => return None,
            Point::Pause => Self::Paused,
            Point::End { failed: false } => Self::Done,
            Point::End { failed: true } => Self::Failed,
            Point::Stop => match cancelled {
                Some(CancelReason::Draining) => Self::Draining,
                Some(CancelReason::TimeLimit) => Self::TimeLimit,
                Some(CancelReason::Disconnected) | None => Self::Disconnected,
            },
        })
    }
}

/// Handles that are made once: nothing is looked up while a leg runs.
pub(crate) struct Figures {
    legs: Gauge,
    ends: [Counter; End::ALL.len()],
    commit: Histogram,
    lost: Counter,
    not_renewed: Counter,
    dropped_files: Gauge,
    not_swept: Counter,
}

impl Figures {
    pub(crate) fn new() -> Self {
        describe();
        Self {
            legs: gauge!(LEGS),
            ends: End::ALL.map(|end| counter!(ENDS, "reason" => end.as_str())),
            commit: histogram!(COMMIT),
            lost: counter!(LOST),
            not_renewed: counter!(NOT_RENEWED),
            dropped_files: gauge!(DROPPED_FILES),
            not_swept: counter!(NOT_SWEPT),
        }
    }

    pub(crate) fn running(&self, legs: usize) {
        self.legs.set(number(legs));
    }

    pub(crate) fn ended(&self, end: End) {
        if let Some(counter) = self.ends.get(end as usize) {
            counter.increment(1);
        }
    }

    pub(crate) fn committed(&self, took: Duration) {
        self.commit.record(took);
    }

    pub(crate) fn lost(&self, leases: usize) {
        self.lost.increment(leases as u64);
    }

    pub(crate) fn not_renewed(&self) {
        self.not_renewed.increment(1);
    }

    /// How many dropped files a round of the sweeper left behind.
    pub(crate) fn left_behind(&self, files: usize) {
        self.dropped_files.set(number(files));
    }

    pub(crate) fn not_swept(&self) {
        self.not_swept.increment(1);
    }

    /// What providers sent and nobody here knows.
    pub(crate) fn unknown(events: &BTreeMap<&'static str, u64>) {
        for (provider, count) in events {
            counter!(UNKNOWN_EVENTS, "provider" => *provider).absolute(*count);
        }
    }

    /// Rare, and of many kinds: the one figure without a handle of its own.
    pub(crate) fn model_failed(&self, error: &ErrorInfo) {
        if error.source == ErrorSource::Provider {
            let kind = serde_json::to_value(error.error_type).unwrap_or_default();
            let kind = kind.as_str().unwrap_or_default().to_owned();
            counter!(MODEL_ERRORS, "type" => kind).increment(1);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no node has that many of anything"
)]
fn number(count: usize) -> f64 {
    count as f64
}

fn describe() {
    describe_gauge!(LEGS, "Legs that run or are about to");
    describe_counter!(ENDS, "Legs that have ended, by why");
    describe_histogram!(COMMIT, Unit::Seconds, "How long the commits of legs take");
    describe_counter!(
        LOST,
        "Sessions that another node took from a leg of this one"
    );
    describe_counter!(NOT_RENEWED, "Rounds in which no lease could be renewed");
    describe_gauge!(
        DROPPED_FILES,
        "Files that the last round of the sweeper could not delete"
    );
    describe_counter!(NOT_SWEPT, "Rounds of the sweeper that failed");
    describe_counter!(
        UNKNOWN_EVENTS,
        "Events of providers' streams that were ignored because nobody knows them"
    );
    describe_counter!(
        MODEL_ERRORS,
        "Failures of models that no retry cured, by type"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_its_own_place() {
        for (index, end) in End::ALL.into_iter().enumerate() {
            assert_eq!(end as usize, index, "{end:?}");
        }
    }
}
