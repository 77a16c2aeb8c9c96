//! "Did you mean": the known name that is nearest to an unknown one.

/// Longer names are compared with none: the cost grows with the square.
const LONGEST: usize = 40;
/// Later candidates are not looked at.
const MOST: usize = 1_000;

/// The nearest candidate, if one is near enough that it may be what was meant.
///
/// `left` is how many pairs of letters may be compared. Once it is used up, nothing is near.
pub(crate) fn nearest<'n>(
    name: &str,
    candidates: impl IntoIterator<Item = &'n str>,
    left: &mut usize,
) -> Option<&'n str> {
    let mut wanted = Vec::new();
    fold(name, &mut wanted);
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let allowed = wanted.len() / 3;
    let mut letters = Vec::new();
    let mut rows = Rows::default();
    let mut found = None;
    for candidate in candidates.into_iter().take(MOST) {
        if candidate.len() > 4 * LONGEST {
            continue;
        }
        letters.clear();
        fold(candidate, &mut letters);
        let longer = letters.len().abs_diff(wanted.len());
        let cost = if longer <= allowed {
            letters.len() * wanted.len()
        } else {
            letters.len()
        };
        *left = left.saturating_sub(cost);
        if *left == 0 {
            break;
        }
        if longer > allowed {
            continue;
        }
        let rank = (rows.distance(&wanted, &letters), longer, candidate);
        if rank.0 <= allowed && found.is_none_or(|best| rank < best) {
            found = Some(rank);
        }
    }
    found.map(|(.., candidate)| candidate)
}

/// Letter case and the kind of separator are what authors get wrong most: they cost nothing.
fn fold(name: &str, letters: &mut Vec<char>) {
    for letter in name.chars() {
        match letter {
            '-' | '_' => {}
            '\0'..='\x7f' => letters.push(letter.to_ascii_lowercase()),
            _ => letters.extend(letter.to_lowercase()),
        }
    }
}

/// Rows of the table by which a distance is found, kept for the next one.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// How many letters must be changed, added, left out or swapped with their neighbour.
    fn distance(&mut self, a: &[char], b: &[char]) -> usize {
        let Self { before, last, row } = self;
        before.clear();
        before.resize(b.len() + 1, 0);
        last.clear();
        last.extend(0..=b.len());
        for (i, &left) in a.iter().enumerate() {
            row.clear();
            row.push(i + 1);
            for (j, &right) in b.iter().enumerate() {
                let mut cost = (last[j] + usize::from(left != right))
                    .min(last[j + 1] + 1)
                    .min(row[j] + 1);
                if i > 0 && j > 0 && left == b[j - 1] && a[i - 1] == right {
                    cost = cost.min(before[j - 1] + 1);
                }
                row.push(cost);
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        last.last().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        let candidates = candidates.iter().copied();
        assert_eq!(nearest(name, candidates, &mut 10_000), expected);
    }

    #[test]
    fn a_slip_is_near() {
        check("sistem", &["system", "model"], Some("system"));
        check("modle", &["mode", "model"], Some("model"));
        check("maxsteps", &["maxSteps"], Some("maxSteps"));
        check("get_user", &["get-user"], Some("get-user"));
        check(
            "USER_MESAGE",
            &["USER_MESSAGE", "USER_ID"],
            Some("USER_MESSAGE"),
        );
    }

    #[test]
    fn another_word_is_not() {
        check("colour", &["model", "system"], None);
        check("x", &["y"], None);
        check("ab", &["ac", "abc"], None);
        check("", &["a"], None);
    }

    #[test]
    fn very_long_names_are_left_alone() {
        let long = "x".repeat(1_000_000);
        check(&long, &[&long], None);
    }

    #[test]
    fn the_search_ends_when_enough_was_compared() {
        let mut left = 300;
        let candidates = ["letters"; 10];
        assert_eq!(nearest("another", candidates, &mut left), None);
        assert_eq!(left, 0);
        assert_eq!(nearest("lettres", candidates, &mut left), None);
    }
}
