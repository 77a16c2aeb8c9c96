//! When a call is tried again: before its first content alone, a few times, with jitter.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

/// How often and how fast a call is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts beyond the first.
    pub retries: u32,
    /// Before the first retry; doubled for each further one.
    pub backoff: Duration,
    /// The longest wait of our own making.
    pub max_backoff: Duration,
    /// The longest wait that a vendor may ask for. Where it asks for more, the call fails at once.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 2,
            backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// The wait before the next attempt, when `retries` were made and the vendor asked for a wait or
    /// not. None where there is no next attempt.
    pub(super) fn wait(&self, retries: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if retries >= self.retries {
            return None;
        }
        if let Some(asked) = retry_after {
            return (asked <= self.max_retry_after).then_some(asked);
        }
        let factor = 1_u32.checked_shl(retries).unwrap_or(u32::MAX);
        let longest = self.backoff.saturating_mul(factor).min(self.max_backoff);
        // Half fixed, half random: callers that failed together do not come back together.
        Some(longest.mul_f64(0.5 + fastrand::f64() / 2.0))
    }
}

/// The vendor's own word on whether the request is worth another attempt; it goes before the status, as in
/// the vendors' own clients.
pub(super) fn should_retry(headers: &HeaderMap) -> Option<bool> {
    headers
        .get("x-should-retry")?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// `retry-after-ms`, as OpenAI and Azure say it more exactly; else `Retry-After` in seconds, or as a date
/// (RFC 9110, 10.2.3), which is measured by the server's own `Date`, so that our clock does not matter.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |value: &HeaderValue| value.to_str().ok().map(|text| text.trim().to_owned());
    let milliseconds = headers.get("retry-after-ms").and_then(text);
    let exact = milliseconds.and_then(|text| {
        let seconds = text.parse::<f64>().ok()? / 1_000.0;
        Duration::try_from_secs_f64(seconds).ok()
    });
    if exact.is_some() {
        return exact;
    }
    let asked = headers.get(RETRY_AFTER).and_then(text)?;
    if let Ok(seconds) = asked.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = httpdate::parse_http_date(&asked).ok()?;
    let now = httpdate::parse_http_date(&headers.get(DATE).and_then(text)?).ok()?;
    Some(until.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_within_its_bounds() {
        let policy = RetryPolicy {
            retries: 40,
            ..RetryPolicy::default()
        };
        for (retries, longest) in [(0, 500), (1, 1_000), (2, 2_000), (4, 8_000), (39, 8_000)] {
            let wait = policy.wait(retries, None).unwrap();
            let longest = Duration::from_millis(longest);
            assert!(
                wait >= longest / 2 && wait <= longest,
                "{retries}: {wait:?}"
            );
        }
    }

    #[test]
    fn a_vendor_may_ask_for_half_a_minute() {
        let policy = RetryPolicy::default();
        let seconds = Duration::from_secs;
        assert_eq!(policy.wait(0, Some(seconds(30))), Some(seconds(30)));
        assert_eq!(policy.wait(0, Some(seconds(31))), None);
        assert_eq!(policy.wait(2, Some(seconds(1))), None);
    }

    #[track_caller]
    fn check(asked: &'static str, date: &'static str, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(asked));
        headers.insert(DATE, HeaderValue::from_static(date));
        assert_eq!(
            retry_after(&headers),
            expected.map(Duration::from_millis),
            "{asked}"
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = "Tue, 24 Nov 2026 10:00:00 GMT";
        check("7", date, Some(7_000));
        check("0.5", date, Some(500));
        check("Tue, 24 Nov 2026 10:00:20 GMT", date, Some(20_000));
        check("Tue, 24 Nov 2026 09:00:00 GMT", date, Some(0));
        check("-1", date, None);
        check("soon", date, None);
        check("Tue, 24 Nov 2026 10:00:20 GMT", "no date", None);
    }

    #[test]
    fn milliseconds_go_before_seconds() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
        for (exact, expected) in [("1500", 1_500), ("0", 0), ("-1", 2_000), ("soon", 2_000)] {
            headers.insert("retry-after-ms", HeaderValue::from_static(exact));
            let expected = Some(Duration::from_millis(expected));
            assert_eq!(retry_after(&headers), expected, "{exact}");
        }
    }

    #[test]
    fn a_word_on_another_attempt_is_true_or_false() {
        let mut headers = HeaderMap::new();
        assert_eq!(should_retry(&headers), None);
        for (word, expected) in [
            ("true", Some(true)),
            ("false", Some(false)),
            ("maybe", None),
        ] {
            headers.insert("x-should-retry", HeaderValue::from_static(word));
            assert_eq!(should_retry(&headers), expected, "{word}");
        }
    }
}
