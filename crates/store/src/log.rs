//! The log of a session.

use domain::StoredLogEntry;

/// Which entries of a log are wanted.
#[derive(Clone, Copy, Debug)]
pub struct LogQuery<'a> {
    /// At most so many, the newest.
    pub limit: u32,
    /// None of this type.
    pub without: Option<&'a str>,
}

/// What a log holds.
#[derive(Clone, Debug, PartialEq)]
pub struct LogPage {
    /// In order.
    pub entries: Vec<StoredLogEntry>,
    /// How many there are of the wanted ones, those beyond the limit among them.
    pub total: u64,
}
