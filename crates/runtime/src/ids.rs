//! The maker of ids and secrets, and the only reader of randomness.

use domain::{AgentId, ExecutionId, FileId, KeyId, MessageId, ProjectId, SessionId, Timestamp};

/// Digits of ids: lower case, URL-safe, in the order of their bytes.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

#[must_use]
pub fn new_project_id(now: Timestamp) -> ProjectId {
    sortable(now).into()
}

/// Joins an error's answer to its log line.
#[must_use]
pub fn new_request_id() -> String {
    random(16)
}

pub(crate) fn new_agent_id(now: Timestamp) -> AgentId {
    sortable(now).into()
}

/// The public half of a key.
#[must_use]
pub fn new_key_id() -> KeyId {
    random(12).into()
}

/// The secret half of a key: more than 256 bits.
#[must_use]
pub fn new_secret() -> String {
    random(50)
}

pub(crate) fn new_session_id(now: Timestamp) -> SessionId {
    sortable(now).into()
}

pub(crate) fn new_execution_id(now: Timestamp) -> ExecutionId {
    sortable(now).into()
}

pub(crate) fn new_file_id(now: Timestamp) -> FileId {
    sortable(now).into()
}

/// Tells uploads of one file apart.
pub(crate) fn new_upload_name() -> String {
    random(24)
}

/// The form that the clients make themselves: milliseconds, a dash, seven digits (CONTRACT 4.1).
pub(crate) fn new_message_id(now: Timestamp) -> MessageId {
    format!("{}-{}", now.as_millis(), random(7)).into()
}

/// The name of a server that has none yet.
#[must_use]
pub fn new_node_name() -> String {
    random(12)
}

pub(crate) fn new_boot_id() -> String {
    random(8)
}

/// 24 digits that sort by their time: 9 of milliseconds, good until the year 5188, and 15 at random.
fn sortable(now: Timestamp) -> String {
    let mut rest = u64::try_from(now.as_millis()).unwrap_or_default();
    let mut time = [b'0'; 9];
    for digit in time.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(rest % 36).unwrap_or_default()];
        rest /= 36;
    }
    String::from_utf8_lossy(&time).into_owned() + &random(15)
}

/// Digits at random, each of the 36 equally likely.
fn random(length: usize) -> String {
    let mut digits = String::with_capacity(length);
    while digits.len() < length {
        let mut bytes = [0_u8; 64];
        // Without randomness no secret can be made, so nothing may go on as if there were some.
        if getrandom::fill(&mut bytes).is_err() {
            std::process::abort();
        }
        // Bytes from 252 on would make the first four digits likelier.
        let fair = bytes.iter().filter(|byte| **byte < 252);
        digits.extend(fair.map(|byte| char::from(DIGITS[usize::from(*byte) % 36])));
    }
    digits.truncate(length);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_time() {
        let at = |millis| sortable(Timestamp::from_millis(millis));
        assert!(at(1_764_000_000_000) < at(1_764_000_000_001));
        assert!(at(999) < at(1_764_000_000_000));
        assert_eq!(at(5).len(), 24);
    }

    #[test]
    fn ids_of_one_moment_differ() {
        let now = Timestamp::from_millis(1);
        let ids: std::collections::HashSet<String> = (0..1000).map(|_| sortable(now)).collect();
        assert_eq!(ids.len(), 1000);
    }
}
