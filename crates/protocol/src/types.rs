//! The types of the language: how they are written, what they admit, and their JSON Schema.

use std::fmt;

use serde_json::{Value, json};

use crate::program::Type;

/// The types with a name of their own.
pub(crate) const BASIC: &[(&str, Type)] = &[
    ("string", Type::String),
    ("number", Type::Number),
    ("integer", Type::Integer),
    ("boolean", Type::Boolean),
    ("unknown", Type::Unknown),
    ("file", Type::File),
];

/// Lists of lists of lists: nobody needs more of them.
const DEEPEST_LIST: usize = 8;

/// Reads a type: a basic one, or a list of one, as `string[]`.
#[must_use]
pub fn parse(text: &str) -> Option<Type> {
    let (mut name, mut lists) = (text, 0);
    while let Some(item) = name.strip_suffix("[]") {
        name = item;
        lists += 1;
    }
    let (_, basic) = BASIC.iter().find(|(basic, _)| *basic == name)?;
    if lists > DEEPEST_LIST {
        return None;
    }
    Some((0..lists).fold(basic.clone(), |item, _| Type::List(Box::new(item))))
}

/// Whether a value is of a type.
#[must_use]
pub fn admits(ty: &Type, value: &Value) -> bool {
    match ty {
        Type::Unknown => true,
        Type::String => value.is_string(),
        Type::Number => value.is_number(),
        // A whole number stays one when a client writes it as 3.0.
        Type::Integer => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|it| it.fract() == 0.0)
        }
        Type::Boolean => value.is_boolean(),
        Type::File => ["id", "mediaType", "url"]
            .iter()
            .all(|key| value.get(key).is_some_and(Value::is_string)),
        Type::List(item) => value
            .as_array()
            .is_some_and(|items| items.iter().all(|value| admits(item, value))),
    }
}

/// What a model is told about a value of the type.
#[must_use]
pub fn json_schema(ty: &Type) -> Value {
    match ty {
        Type::Unknown => json!({}),
        Type::String => json!({"type": "string"}),
        Type::Number => json!({"type": "number"}),
        Type::Integer => json!({"type": "integer"}),
        Type::Boolean => json!({"type": "boolean"}),
        Type::File => json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "mediaType": {"type": "string"},
                "url": {"type": "string"},
                "filename": {"type": "string"},
                "size": {"type": "integer"},
            },
            "required": ["id", "mediaType", "url"],
        }),
        Type::List(item) => json!({"type": "array", "items": json_schema(item)}),
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Integer => f.write_str("integer"),
            Self::Boolean => f.write_str("boolean"),
            Self::Unknown => f.write_str("unknown"),
            Self::File => f.write_str("file"),
            Self::List(item) => write!(f, "{item}[]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, value: Value, expected: bool) {
        let ty = parse(text).expect("a type");
        assert_eq!(ty.to_string(), text);
        assert_eq!(admits(&ty, &value), expected, "{text}: {value}");
    }

    #[test]
    fn values() {
        check("string", json!("x"), true);
        check("string", json!(1), false);
        check("number", json!(1.5), true);
        check("number", json!("1.5"), false);
        check("integer", json!(3), true);
        check("integer", json!(3.0), true);
        check("integer", json!(3.5), false);
        check("boolean", json!(false), true);
        check("unknown", json!(null), true);
        check("string[]", json!(["a", "b"]), true);
        check("string[]", json!(["a", 1]), false);
        check("number[][]", json!([[1], []]), true);
        check(
            "file",
            json!({"id": "f", "mediaType": "image/png", "url": "u", "x": 1}),
            true,
        );
        check("file", json!({"id": "f", "url": "u"}), false);
        check("file[]", json!([]), true);
    }

    #[test]
    fn what_is_no_type() {
        assert_eq!(parse("str"), None);
        assert_eq!(parse("array"), None);
        assert_eq!(parse("[]"), None);
        assert_eq!(parse("string []"), None);
        assert_eq!(parse(&format!("string{}", "[]".repeat(1_000_000))), None);
    }

    #[test]
    fn schemas() {
        let schema = |text| json_schema(&parse(text).expect("a type")).to_string();
        assert_eq!(schema("unknown"), "{}");
        assert_eq!(
            schema("integer[]"),
            r#"{"items":{"type":"integer"},"type":"array"}"#
        );
    }
}
