//! A token of the fake vendor says when it was sent, so that its lag is known whatever frames it came in.

use rustix::time::{ClockId, clock_gettime};

/// What begins a token; nothing else of any stream has it.
const MARK: u8 = b'~';
const DIGITS: usize = 15;

/// Microseconds of the machine's clock, the same for every process of it.
pub fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let (seconds, nanos) = (time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs());
    seconds * 1_000_000 + nanos / 1_000
}

/// A token that is sent now.
pub fn stamped() -> String {
    format!("~{:0DIGITS$}", now())
}

/// Finds the tokens in what arrives of a stream, however it was cut.
#[derive(Default)]
pub struct Scanner {
    /// The digits of a token that has begun.
    open: Option<(usize, u64)>,
}

impl Scanner {
    /// Shows each stamp that ends in these bytes.
    pub fn scan(&mut self, bytes: &[u8], mut found: impl FnMut(u64)) {
        for byte in bytes {
            self.open = match (self.open, byte) {
                (_, &MARK) => Some((0, 0)),
                (Some((digits, stamp)), b'0'..=b'9') => {
                    let stamp = stamp * 10 + u64::from(byte - b'0');
                    if digits + 1 == DIGITS {
                        found(stamp);
                        None
                    } else {
                        Some((digits + 1, stamp))
                    }
                }
                _ => None,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_wherever_it_was_cut() {
        let text = format!("data: {{\"delta\":\"{}\"}}\n\n", stamped());
        for cut in 0..text.len() {
            let mut scanner = Scanner::default();
            let mut stamps = Vec::new();
            for part in [&text[..cut], &text[cut..]] {
                scanner.scan(part.as_bytes(), |stamp| stamps.push(stamp));
            }
            assert_eq!(stamps.len(), 1, "cut at {cut}");
            assert!(now() - stamps[0] < 1_000_000);
        }
    }

    #[test]
    fn what_is_no_token_is_not_counted() {
        let mut scanner = Scanner::default();
        scanner.scan(b"~12 ~123456789012345~~99", |stamp| {
            assert_eq!(stamp, 123_456_789_012_345);
        });
    }
}
