//! The four forms of a condition.

use std::sync::Arc;

use super::TestKind;
use crate::names::is_upper_snake;

/// `NAME`, `!NAME`, `NAME == "text"` or `NAME != "text"`.
pub(super) fn parse(text: &str) -> Option<(Arc<str>, TestKind)> {
    let text = text.trim();
    // The operator ends the name, so the text behind it may hold the other one.
    let equals = text.find("==").unwrap_or(text.len());
    let differs = text.find("!=").unwrap_or(text.len());
    let at = equals.min(differs);
    let (name, kind) = match text.get(at..).filter(|rest| !rest.is_empty()) {
        Some(rest) => {
            let literal = literal(&rest[2..])?;
            let kind = if equals < differs {
                TestKind::Equals(literal)
            } else {
                TestKind::Differs(literal)
            };
            (&text[..at], kind)
        }
        None => match text.strip_prefix('!') {
            Some(name) => (name, TestKind::Falsy),
            None => (text, TestKind::Truthy),
        },
    };
    let name = name.trim();
    is_upper_snake(name).then(|| (Arc::from(name), kind))
}

/// A text in double quotes, with nothing behind it.
fn literal(text: &str) -> Option<Arc<str>> {
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then(|| Arc::from(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, TestKind)>) {
        let expected = expected.map(|(name, kind)| (Arc::from(name), kind));
        assert_eq!(parse(text), expected, "{text}");
    }

    #[test]
    fn the_four_forms() {
        check("PLAN", Some(("PLAN", TestKind::Truthy)));
        check("! PLAN", Some(("PLAN", TestKind::Falsy)));
        check(
            r#"PLAN == "free""#,
            Some(("PLAN", TestKind::Equals("free".into()))),
        );
        check(
            r#"PLAN!="a == b""#,
            Some(("PLAN", TestKind::Differs("a == b".into()))),
        );
        check(r#"PLAN == """#, Some(("PLAN", TestKind::Equals("".into()))));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "plan",
            "A B",
            "A and B",
            "A == 'x'",
            "A == x",
            "A ==",
            "== \"x\"",
            "A = \"x\"",
            "!A == \"x\"",
            "A == \"x\" || B",
            "A == \"x\" == \"y\"",
            "A == \"",
            "A.b",
            "A > 3",
        ] {
            check(text, None);
        }
    }
}
