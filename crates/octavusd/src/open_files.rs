//! The open files of this process, and how many there may be. A stream takes two.

use std::fs;

/// How many are open; none where the system does not tell.
pub(crate) fn count() -> Option<usize> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count())
}

/// The soft limit; none where the system does not tell.
pub(crate) fn limit() -> Option<u64> {
    soft_limit(&fs::read_to_string("/proc/self/limits").ok()?)
}

/// The soft limit in a table of limits, as Linux writes it.
fn soft_limit(table: &str) -> Option<u64> {
    let row = table
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    match row.split_whitespace().next()? {
        "unlimited" => Some(u64::MAX),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_read() {
        let table = "Limit                     Soft Limit           Hard Limit           Units     \n\
            Max processes             95945                95945                processes \n\
            Max open files            20000                524288               files     \n";
        assert_eq!(soft_limit(table), Some(20_000));
        let unlimited = "Max open files  unlimited  unlimited  files";
        assert_eq!(soft_limit(unlimited), Some(u64::MAX));
        assert_eq!(soft_limit("Max open windows  3"), None);
    }
}
