//! What a scalar means: the core schema of YAML 1.2.

use std::sync::Arc;

use serde_json::Number;

use super::Value;

/// A plain scalar. Quoted ones are always text.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::Text(Arc::from(text)), Value::Number),
    }
}

/// Infinities and "not a number" are left as text, because JSON has no such numbers.
fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return prefixed(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return prefixed(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let decimal = text.strip_prefix('+').unwrap_or(text);
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let signed = decimal.parse::<i64>().map(Number::from);
        if let Ok(whole) = signed.or_else(|_| decimal.parse::<u64>().map(Number::from)) {
            return Some(whole);
        }
    }
    // Rust's own grammar of decimal fractions is the one of YAML, once names are ruled out.
    Number::from_f64(decimal.parse().ok()?)
}

fn prefixed(digits: &str, radix: u32) -> Option<Number> {
    let unsigned = digits.starts_with(|first: char| first.is_digit(radix));
    u64::from_str_radix(digits, radix)
        .ok()
        .filter(|_| unsigned)
        .map(Number::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match resolve(text) {
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => format!("bool {flag}"),
            Value::Number(number) => format!("number {number}"),
            Value::Text(text) => format!("text {text}"),
            Value::List(_) | Value::Map(_) => "a collection".to_owned(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn null_and_booleans_have_three_spellings() {
        check("", "null");
        check("~", "null");
        check("NULL", "null");
        check("True", "bool true");
        check("FALSE", "bool false");
    }

    #[test]
    fn words_of_older_yaml_are_text() {
        for word in [
            "yes", "no", "on", "off", "y", "nULL", "1_000", "12:30", "-", ".", "+",
        ] {
            check(word, &format!("text {word}"));
        }
    }

    #[test]
    fn numbers() {
        check("10", "number 10");
        check("-3", "number -3");
        check("+3", "number 3");
        check("0o17", "number 15");
        check("0xff", "number 255");
        check("0.7", "number 0.7");
        check(".5", "number 0.5");
        check("1e3", "number 1000.0");
        check("18446744073709551615", "number 18446744073709551615");
        check("99999999999999999999", "number 1e+20");
    }

    #[test]
    fn what_json_cannot_hold_is_text() {
        for word in [
            ".inf", "-.inf", ".nan", "inf", "nan", "infinity", "1e999", "0x-1",
        ] {
            check(word, &format!("text {word}"));
        }
    }
}
