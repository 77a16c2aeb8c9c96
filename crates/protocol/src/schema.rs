//! JSON Schema of `protocol.yaml`, made from the language's own definition: editors complete keys and
//! words by it, and show documentation.
//!
//! What the compiler takes, the schema takes, too. It says less than the compiler: a schema knows no names
//! of other places, and an unknown key, which the compiler warns of, is none of its business.
//!
//! `tests/editor/` shows what an editor makes of it.

mod annotation;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::language::{
    BLOCK, BLOCKS, BlockRow, Key, LIST, PROPERTY, PROTOCOL, SETTINGS, Scalar, Section, Shape, UNION,
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
        "nothing": nothing(),
    });
    schema
}

/// The schema of `settings.json`.
#[must_use]
pub fn settings_schema() -> Value {
    let mut schema = table(&SETTINGS);
    schema["$schema"] = DIALECT.into();
    schema["title"] = "The settings of an Octavus agent".into();
    schema["$defs"] = json!({ "nothing": nothing() });
    schema
}

/// No value. It says what it is not, because an editor would offer `null` for the type of that name.
fn nothing() -> Value {
    json!({ "title": "nothing", "not": { "type": ["array", "boolean", "number", "object", "string"] } })
}

/// A map with the keys of a section. A key without a value is as good as absent, so each takes nothing.
fn table(section: &Section) -> Value {
    let required: Vec<&str> = section
        .keys()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({
        "title": section.what,
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
        schema = or_nothing(schema);
    }
    annotation::key(&mut schema, key);
    schema
}

/// The same, or no value at all.
fn or_nothing(mut schema: Value) -> Value {
    let nothing = json!({ "$ref": "#/$defs/nothing" });
    let Some(keywords) = schema.as_object_mut() else {
        return schema;
    };
    if keywords.is_empty() {
        // It takes everything already.
        return schema;
    }
    // The other keywords say nothing of what has another type. At the top, an editor sees by them how the
    // text behind a key is laid out.
    if let Some(ty) = keywords.remove("type") {
        schema["anyOf"] = json!([{ "type": ty }, nothing]);
        return schema;
    }
    or(schema, nothing)
}

/// One or the other. Alternatives do not nest, because editors name them by their parent.
fn or(mut schema: Value, other: Value) -> Value {
    if let Some(branches) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        branches.push(other);
        return schema;
    }
    json!({ "anyOf": [schema, other] })
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Scalar(scalar) => self::scalar(scalar),
        Shape::Form => json!({ "$ref": "#/$defs/type" }),
        Shape::List(_, item) => json!({ "type": "array", "items": self::shape(item) }),
        Shape::Map(what, of) => json!({
            "title": what,
            "type": "object",
            // Without them, an editor writes the value on the line of the key.
            "properties": {},
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
        Scalar::Suggested(words) => json!({
            "type": "string",
            "defaultSnippets": words.iter().map(word).collect::<Vec<_>>(),
        }),
        Scalar::Flag => json!({ "type": "boolean" }),
        Scalar::Whole { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Scalar::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Scalar::Choice(words) => json!({ "enum": words }),
        Scalar::Model => json!({
            "type": "string",
            "pattern": r"^[^/\s]+/\S+$",
            "patternErrorMessage": "write a model as `provider/model-id`",
        }),
        Scalar::Any => json!({}),
        Scalar::Setting(inner) => or(
            self::scalar(inner),
            json!({ "type": "string", "pattern": NAME }),
        ),
        Scalar::OrOff(inner) => or(self::scalar(inner), json!({ "const": "off" })),
    }
}

/// A word that an editor offers, and that is not the only right one.
fn word(word: &&str) -> Value {
    json!({ "label": word, "body": word })
}

/// What stands behind a name that the author chose: a map may be left empty there.
fn map_value(of: &Shape) -> Value {
    match of {
        Shape::Table(section) if section.keys().all(|key| !key.required) => {
            or_nothing(table(section))
        }
        Shape::Map(..) | Shape::Form => or_nothing(shape(of)),
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
        "title": "a type",
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
    let kinds: Vec<Value> = BLOCKS.iter().map(kind).collect();
    let branches: Vec<Value> = BLOCKS.iter().map(branch).collect();
    let mut kind = json!({ "type": "string", "oneOf": kinds });
    annotation::key(&mut kind, &BLOCK);
    json!({
        "title": "a block",
        "type": "object",
        "required": ["block"],
        "properties": { "block": kind },
        "allOf": branches,
        "if": { "type": "object", "required": ["block"] },
        "else": { "defaultSnippets": BLOCKS.iter().map(snippet).collect::<Vec<_>>() },
    })
}

/// What an editor writes for a block of a kind: the keys that it must have.
fn snippet(row: &BlockRow) -> Value {
    let keys = row.section.keys();
    let others = keys.filter(|key| key.required && key.name != BLOCK.name);
    let mut text = format!("{}: {}", BLOCK.name, row.kind);
    for (key, stop) in others.zip(1..) {
        let _ = write!(text, "\n{}: ${stop}", key.name);
    }
    json!({ "label": row.kind, "description": row.doc, "bodyText": text })
}

fn kind(row: &BlockRow) -> Value {
    let mut kind = json!({ "const": row.kind });
    annotation::block(&mut kind, row);
    kind
}

fn branch(row: &BlockRow) -> Value {
    let mut keys = table(row.section);
    annotation::block(&mut keys, row);
    json!({
        "if": { "required": ["block"], "properties": { "block": { "const": row.kind } } },
        "then": keys,
    })
}

#[cfg(test)]
mod tests;
