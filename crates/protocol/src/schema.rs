//! JSON Schema of `protocol.yaml`, made from the language's own definition: editors complete keys and
//! words by it, and show documentation.
//!
//! What the compiler takes, the schema takes, too. It says less than the compiler: a schema knows no names
//! of other places, and an unknown key, which the compiler warns of, is none of its business.

use serde_json::{Map, Value, json};

use crate::language::{
    BLOCKS, BlockRow, Key, LIST, PROPERTY, PROTOCOL, SETTINGS, Scalar, Section, Shape, UNION,
};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// An input or variable in the place of a value.
const NAME: &str = "^[A-Z][A-Z0-9_]*$";

/// The schema of `protocol.yaml`.
#[must_use]
pub fn protocol_schema() -> Value {
    let mut schema = table(&PROTOCOL);
    schema["$schema"] = DIALECT.into();
    schema["title"] = "The protocol of an Octavus agent".into();
    schema["$defs"] = json!({
        "block": block(),
        "type": form(),
    });
    schema
}

/// The schema of `settings.json`.
#[must_use]
pub fn settings_schema() -> Value {
    let mut schema = table(&SETTINGS);
    schema["$schema"] = DIALECT.into();
    schema["title"] = "The settings of an Octavus agent".into();
    schema
}

/// A map with the keys of a section. A key without a value is as good as absent, so each takes null.
fn table(section: &Section) -> Value {
    let required: Vec<&str> = section
        .keys()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties(section),
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn properties(section: &Section) -> Map<String, Value> {
    let keys = section.keys();
    keys.map(|key| (key.name.to_owned(), property(key)))
        .collect()
}

fn property(key: &Key) -> Value {
    let mut schema = shape(&key.shape);
    if !key.required {
        schema = or_null(schema);
    }
    schema["description"] = key.doc.into();
    schema
}

/// The same, or nothing at all.
fn or_null(mut schema: Value) -> Value {
    let ty = schema.get("type").cloned();
    match (ty, schema.get("enum")) {
        (Some(Value::String(ty)), None) => {
            schema["type"] = json!([ty, "null"]);
            schema
        }
        // `{}` takes null already.
        (None, None) if schema.as_object().is_some_and(Map::is_empty) => schema,
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Scalar(scalar) => self::scalar(scalar),
        Shape::Form => json!({ "$ref": "#/$defs/type" }),
        Shape::List(_, item) => json!({ "type": "array", "items": self::shape(item) }),
        Shape::Map(_, of) => json!({
            "type": "object",
            "additionalProperties": map_value(of),
        }),
        Shape::Table(section) => table(section),
        Shape::Mapping => mapping(),
        Shape::Block => json!({ "$ref": "#/$defs/block" }),
    }
}

fn scalar(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text => json!({ "type": "string" }),
        Scalar::Flag => json!({ "type": "boolean" }),
        Scalar::Whole { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Scalar::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Scalar::Choice(words) => json!({ "enum": words }),
        Scalar::Model => json!({ "type": "string", "pattern": r"^[^/\s]+/\S+$" }),
        Scalar::Any => json!({}),
        Scalar::Setting(inner) => json!({
            "anyOf": [self::scalar(inner), { "type": "string", "pattern": NAME }],
        }),
        Scalar::OrOff(inner) => json!({ "anyOf": [self::scalar(inner), { "const": "off" }] }),
    }
}

/// What stands behind a name that the author chose: a map may be left empty there.
fn map_value(of: &Shape) -> Value {
    match of {
        Shape::Table(section) if section.keys().all(|key| !key.required) => or_null(table(section)),
        Shape::Map(..) | Shape::Form => or_null(shape(of)),
        Shape::Scalar(_) | Shape::List(..) | Shape::Table(_) | Shape::Mapping | Shape::Block => {
            shape(of)
        }
    }
}

/// Names, or labels with the names of their values.
fn mapping() -> Value {
    let labels = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    json!({
        "anyOf": [
            { "type": "array", "items": { "anyOf": [{ "type": "string" }, labels] } },
            labels,
        ],
    })
}

/// A type: a list, a union, or an object whose keys are its properties.
fn form() -> Value {
    let description = json!({ "description": { "type": "string" } });
    let object = json!({
        "type": "object",
        "properties": { "description": { "anyOf": [description["description"], table(&PROPERTY)] } },
        "additionalProperties": table(&PROPERTY),
    });
    json!({
        "if": { "required": ["type"], "properties": { "type": { "type": "string" } } },
        "then": table(&LIST),
        "else": {
            "if": { "required": ["anyOf"], "properties": { "anyOf": { "type": "array" } } },
            "then": table(&UNION),
            "else": object,
        },
    })
}

/// A block: by its kind it has the keys of that kind.
fn block() -> Value {
    let kinds: Vec<Value> = BLOCKS
        .iter()
        .map(|row| json!({ "const": row.kind, "description": row.doc }))
        .collect();
    let branches: Vec<Value> = BLOCKS.iter().map(branch).collect();
    json!({
        "type": "object",
        "required": ["block"],
        "properties": { "block": { "oneOf": kinds } },
        "allOf": branches,
    })
}

fn branch(row: &BlockRow) -> Value {
    json!({
        "if": { "required": ["block"], "properties": { "block": { "const": row.kind } } },
        "then": table(row.section),
    })
}

#[cfg(test)]
mod tests;
