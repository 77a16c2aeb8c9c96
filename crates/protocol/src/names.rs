//! How things of a protocol are called.

use std::fmt::{self, Write as _};

/// `UPPER_SNAKE`: inputs, variables, resources and prompt labels.
pub(crate) fn is_upper_snake(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// `lower-case-with-dashes`: slugs, tools, triggers and references.
pub(crate) fn is_kebab(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `PascalCase`: types.
pub(crate) fn is_pascal(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Folders of `lower-case-with-dashes`, as prompts are called.
pub(crate) fn is_kebab_path(path: &str) -> bool {
    path.split('/').all(is_kebab)
}

/// A name of the author's in a message: in backticks, cut where it is longer than a line, and with line
/// breaks as `\n`.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = self.0.chars();
        f.write_str("`")?;
        for letter in letters.by_ref().take(60) {
            if letter.is_control() {
                write!(f, "{}", letter.escape_default())?;
            } else {
                f.write_char(letter)?;
            }
        }
        f.write_str(if letters.next().is_some() {
            "…`"
        } else {
            "`"
        })
    }
}

/// `a`, `a or b`, `a, b or c`, each in backticks; only the first of very many.
pub(crate) fn one_of(names: &[&str]) -> String {
    const MOST: usize = 12;
    let shown = names.iter().take(MOST);
    let mut shown: Vec<String> = shown.map(|name| Quoted(name).to_string()).collect();
    if names.len() > MOST {
        shown.push(format!("{} others", names.len() - MOST));
    }
    match shown.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// `a -> b -> c`, each in backticks; of a very long chain the beginning and the end.
pub(crate) fn chain(names: &[&str]) -> String {
    const MOST: usize = 60;
    let quoted = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| Quoted(name).to_string()).collect()
    };
    let between = names.len().saturating_sub(MOST);
    let (first, rest) = names.split_at(names.len().min(MOST / 2));
    let mut shown = quoted(first);
    if between > 0 {
        shown.push(format!("{between} others"));
    }
    shown.extend(quoted(rest.get(between..).unwrap_or_default()));
    shown.join(" -> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_snake() {
        assert!(is_upper_snake("USER_MESSAGE_2"));
        assert!(!is_upper_snake("User"));
        assert!(!is_upper_snake("USER.NAME"));
        assert!(!is_upper_snake("2ND"));
        assert!(!is_upper_snake(""));
    }

    #[test]
    fn kebab() {
        assert!(is_kebab("user-message-2"));
        assert!(!is_kebab("user_message"));
        assert!(!is_kebab(""));
        assert!(is_kebab_path("shared/company-info"));
        assert!(!is_kebab_path("shared//company-info"));
        assert!(!is_kebab_path("../shared"));
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(
            Quoted(&"ä".repeat(100)).to_string(),
            format!("`{}…`", "ä".repeat(60))
        );
        assert_eq!(Quoted("ab").to_string(), "`ab`");
        assert_eq!(Quoted("a\nb").to_string(), "`a\\nb`");
    }

    #[test]
    fn chains() {
        assert_eq!(chain(&["a", "b", "a"]), "`a` -> `b` -> `a`");
        assert_eq!(chain(&["a"; 60]).matches("`a`").count(), 60);
        let long = chain(&["a"; 1_000]);
        assert!(long.contains("`a` -> 940 others -> `a`"), "{long}");
        assert_eq!(long.matches("`a`").count(), 60);
    }

    #[test]
    fn alternatives() {
        assert_eq!(one_of(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(one_of(&["a"]), "`a`");
        assert!(one_of(&["a"; 1_000]).ends_with("`a` or 988 others"));
    }
}
