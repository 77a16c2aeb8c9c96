//! A moment in time. Reading the clock is `runtime::clock`'s business; everybody else is told.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The moment `duration` later; the latest possible one where that would overflow.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The moment `duration` earlier; the earliest possible one where that would overflow.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// A time as clients write it: RFC 3339; one without a zone is taken for UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
            let local = text.parse::<jiff::civil::DateTime>().ok()?;
            jiff::tz::Offset::UTC.to_timestamp(local).ok()
        })?;
        Some(Self(moment.as_millisecond()))
    }

    /// RFC 3339 in UTC with milliseconds and `Z`, the form of every time on the wire (CONTRACT 4.1).
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let moment =
            jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!("{moment:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_on_the_wire_have_milliseconds_and_z() {
        let at = |millis| Timestamp::from_millis(millis).to_rfc3339();
        assert_eq!(at(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(1_764_000_000_007), "2025-11-24T16:00:00.007Z");
    }

    #[test]
    fn times_of_clients_are_read() {
        let millis = |text| Timestamp::parse(text).map(Timestamp::as_millis);
        for text in [
            "2025-11-24T16:00:00.007Z",
            "2025-11-24T17:00:00.007+01:00",
            "2025-11-24T16:00:00.007",
            "2025-11-24T16:00:00.007999Z",
        ] {
            assert_eq!(millis(text), Some(1_764_000_000_007), "{text}");
        }
        assert_eq!(millis("2025-11-24"), Some(1_763_942_400_000));
        for text in ["", "yesterday", "1764000000007", "2025-13-01T00:00:00Z"] {
            assert_eq!(millis(text), None, "{text}");
        }
    }
}
