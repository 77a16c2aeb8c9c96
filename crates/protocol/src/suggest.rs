//! "Did you mean": the known name that is nearest to an unknown one.

/// Longer names are compared with none: the cost grows with the square.
const LONGEST: usize = 40;
/// Later candidates are not looked at.
const MOST: usize = 1_000;

/// The nearest candidate, if one is near enough that it may be what was meant.
pub(crate) fn nearest<'n>(
    name: &str,
    candidates: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let wanted: Vec<char> = folded(name);
    if wanted.is_empty() || wanted.len() > LONGEST {
        return None;
    }
    let allowed = wanted.len() / 3;
    candidates
        .into_iter()
        .take(MOST)
        .filter(|candidate| candidate.len() <= 4 * LONGEST)
        .map(|candidate| (candidate, folded(candidate)))
        .filter(|(_, letters)| letters.len().abs_diff(wanted.len()) <= allowed)
        .map(|(candidate, letters)| {
            let longer = letters.len().abs_diff(wanted.len());
            (distance(&wanted, &letters), longer, candidate)
        })
        .filter(|(distance, ..)| *distance <= allowed)
        .min()
        .map(|(.., candidate)| candidate)
}

/// Letter case and the kind of separator are what authors get wrong most: they cost nothing.
fn folded(name: &str) -> Vec<char> {
    name.chars()
        .filter(|letter| !matches!(letter, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &left) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
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
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(name, candidates.iter().copied()), expected);
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
}
