//! The types of the language: how they are written, what they admit, and their JSON Schema.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::program::{Form, NamedType, Property, Type, Union};

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

/// The name in a type, and of how many lists it is the innermost item: `string[][]` is `string` and 2.
/// `None` for deeper lists than anybody needs.
pub(crate) fn split_lists(text: &str) -> Option<(&str, usize)> {
    let (mut name, mut lists) = (text, 0);
    while let Some(item) = name.strip_suffix("[]") {
        name = item;
        lists += 1;
    }
    (lists <= DEEPEST_LIST).then_some((name, lists))
}

/// The basic type of that name.
pub(crate) fn basic(name: &str) -> Option<Type> {
    let (_, ty) = BASIC.iter().find(|(basic, _)| *basic == name)?;
    Some(ty.clone())
}

/// A list, as deep as `lists` says.
pub(crate) fn list_of(item: Type, lists: usize) -> Type {
    (0..lists).fold(item, |item, _| Type::List(Arc::new(item)))
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
        Type::Named(named) => named_admits(named, value),
    }
}

/// Whether a value of one type may be one of another: nothing is known of `unknown`, and every whole
/// number is a number.
pub(crate) fn may_be(ty: &Type, wanted: &Type) -> bool {
    match (ty, wanted) {
        (Type::Unknown, _) | (_, Type::Unknown) | (Type::Integer, Type::Number) => true,
        (Type::List(ty), Type::List(wanted)) => may_be(ty, wanted),
        (ty, wanted) => ty == wanted,
    }
}

/// Whether a value is of a declared type. Properties that the type does not name are let through.
fn named_admits(named: &NamedType, value: &Value) -> bool {
    match &named.form {
        Form::Object(properties) => value.as_object().is_some_and(|object| {
            let mut properties = properties.iter();
            properties.all(|it| property_admits(it, object.get(&*it.name)))
        }),
        Form::List(item) => value
            .as_array()
            .is_some_and(|items| items.iter().all(|value| admits(item, value))),
        Form::Union(union) => {
            variant_of(union, value).is_some_and(|variant| named_admits(variant, value))
        }
    }
}

fn property_admits(property: &Property, value: Option<&Value>) -> bool {
    let Some(value) = value.filter(|value| !(value.is_null() && property.optional)) else {
        return property.optional;
    };
    let allowed = || {
        let mut allowed = property.allowed.iter();
        property.allowed.is_empty() || allowed.any(|it| value.as_str() == Some(&**it))
    };
    admits(&property.ty, value)
        && property.constant.as_ref().is_none_or(|it| it == value)
        && allowed()
}

fn variant_of<'u>(union: &'u Union, value: &Value) -> Option<&'u NamedType> {
    let discriminator = value.get(&*union.discriminator)?;
    let mut variants = union.variants.iter();
    let (_, variant) = variants.find(|(constant, _)| constant == discriminator)?;
    Some(variant)
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
        Type::Named(named) => named_schema(named),
    }
}

/// A declared type, its parts spelled out in place.
#[must_use]
pub fn named_schema(named: &NamedType) -> Value {
    let mut schema = match &named.form {
        Form::Object(properties) => object_schema(properties),
        Form::List(item) => json!({"type": "array", "items": json_schema(item)}),
        Form::Union(union) => {
            let variants = union.variants.iter();
            let variants: Vec<Value> = variants.map(|(_, it)| named_schema(it)).collect();
            json!({ "anyOf": variants })
        }
    };
    describe(&mut schema, named.description.as_deref());
    schema
}

fn object_schema(properties: &[Property]) -> Value {
    let required = properties.iter().filter(|it| !it.optional);
    let required: Vec<&str> = required.map(|it| &*it.name).collect();
    let schemas: Map<String, Value> = properties
        .iter()
        .map(|it| (it.name.to_string(), property_schema(it)))
        .collect();
    json!({
        "type": "object",
        "properties": schemas,
        "required": required,
        "additionalProperties": false,
    })
}

fn property_schema(property: &Property) -> Value {
    let mut schema = json_schema(&property.ty);
    if !property.allowed.is_empty() {
        let allowed: Vec<&str> = property.allowed.iter().map(|it| &**it).collect();
        schema["enum"] = json!(allowed);
    }
    if let Some(constant) = &property.constant {
        schema["const"] = constant.clone();
    }
    describe(&mut schema, property.description.as_deref());
    schema
}

/// Adds a description, if there is one.
pub(crate) fn describe(schema: &mut Value, description: Option<&str>) {
    if let Some(description) = description {
        schema["description"] = description.into();
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
            Self::Named(named) => f.write_str(&named.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Type> {
        let (name, lists) = split_lists(text)?;
        Some(list_of(basic(name)?, lists))
    }

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
