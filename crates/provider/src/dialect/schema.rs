//! JSON Schemas as vendors take them. Agents write what JSON Schema allows; each vendor allows less.

use std::borrow::Cow;

use domain::ResponseFormat;
use serde_json::{Map, Value, json};

/// What a schema may carry that no model needs, and some vendors refuse.
const META: [&str; 2] = ["$schema", "$id"];

/// What vendors refuse at the top of a tool's schema.
const COMBINATORS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Bounds that Anthropic refuses in the form of an answer.
const BOUNDS: [&str; 9] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];

/// Where a schema holds others by name.
const BY_NAME: [&str; 3] = ["properties", "$defs", "definitions"];

/// Where a schema holds values, which are no schemas.
const VALUES: [&str; 4] = ["enum", "const", "default", "examples"];

/// The schema of a tool's arguments: an object with properties, and no alternatives at its top.
pub(super) fn of_tool(schema: &Value) -> Cow<'_, Value> {
    let plain = schema["type"] == "object"
        && schema.get("properties").is_some_and(Value::is_object)
        && !META
            .iter()
            .chain(&COMBINATORS)
            .any(|&key| schema.get(key).is_some());
    if plain {
        return Cow::Borrowed(schema);
    }
    let mut object = schema.as_object().cloned().unwrap_or_default();
    object.retain(|key, _| !META.contains(&key.as_str()));
    let properties = object.get("properties").is_some_and(Value::is_object);
    if !properties {
        object.insert("properties".to_owned(), json!({}));
    }
    for combinator in COMBINATORS {
        if let Some(Value::Array(branches)) = object.remove(combinator) {
            merge(&mut object, branches, combinator == "allOf");
        }
    }
    object.insert("type".to_owned(), json!("object"));
    Cow::Owned(Value::Object(object))
}

/// Takes the properties of all branches. What every one of them demands is demanded; of branches that all
/// hold, what any one does.
fn merge(object: &mut Map<String, Value>, branches: Vec<Value>, all_hold: bool) {
    let names = |schema: &Value| -> Vec<Value> {
        schema["required"].as_array().cloned().unwrap_or_default()
    };
    let lists: Vec<_> = branches.iter().map(names).collect();
    let mut required = names(&Value::Object(object.clone()));
    for name in lists.iter().flatten() {
        let demanded = all_hold || lists.iter().all(|list| list.contains(name));
        if demanded && !required.contains(name) {
            required.push(name.clone());
        }
    }
    if !required.is_empty() {
        object.insert("required".to_owned(), Value::Array(required));
    }
    let Some(Value::Object(properties)) = object.get_mut("properties") else {
        return;
    };
    for mut branch in branches {
        if let Some(Value::Object(of_branch)) = branch.get_mut("properties").map(Value::take) {
            for (name, schema) in of_branch {
                properties.entry(name).or_insert(schema);
            }
        }
    }
}

/// Every object closed: it has the properties that it names and no other.
pub(super) fn closed(schema: &Value) -> Value {
    each_object(schema, &|object| {
        object.retain(|key, _| !META.contains(&key.as_str()));
        if object.get("type").is_some_and(|kind| *kind == "object") {
            object.entry("properties").or_insert_with(|| json!({}));
            object.insert("additionalProperties".to_owned(), json!(false));
        }
    })
}

/// Closed, and without bounds.
pub(super) fn closed_and_unbounded(schema: &Value) -> Value {
    each_object(&closed(schema), &|object| {
        object.retain(|key, _| !BOUNDS.contains(&key.as_str()));
    })
}

/// What OpenAI's strict mode knows of JSON Schema
/// (<https://platform.openai.com/docs/guides/structured-outputs>); it refuses a schema with anything else.
const STRICT: [&str; 20] = [
    "$defs",
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "definitions",
    "description",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "multipleOf",
    "pattern",
    "properties",
    "required",
    "type",
];

/// What says of what kind a value is. Strict mode has no schema that takes anything.
const KINDS: [&str; 5] = ["type", "anyOf", "enum", "const", "$ref"];

/// Whether OpenAI's strict mode takes the schema of an answer: an object all the way down that demands all
/// that it names, and nothing that the mode does not know. What is optional stays so without it.
pub(super) fn is_strict(schema: &Value) -> bool {
    schema["type"] == "object" && schema.get("anyOf").is_none() && each_is_strict(schema)
}

fn each_is_strict(schema: &Value) -> bool {
    let Value::Object(object) = schema else {
        return false;
    };
    let required = object.get("required").and_then(Value::as_array);
    let named = object.get("properties").and_then(Value::as_object);
    let demanded =
        |name: &String| required.is_some_and(|it| it.iter().any(|it| it.as_str() == Some(name)));
    let closed = object
        .get("additionalProperties")
        .is_none_or(|it| *it == json!(false));
    let known = object.keys().all(|key| STRICT.contains(&key.as_str()));
    let is_kind = KINDS.iter().any(|&key| object.contains_key(key));
    known
        && is_kind
        && closed
        && named.is_none_or(|it| it.keys().all(demanded))
        && object.iter().all(|(key, value)| match key.as_str() {
            "items" => each_is_strict(value),
            "anyOf" => value
                .as_array()
                .is_some_and(|it| it.iter().all(each_is_strict)),
            key if BY_NAME.contains(&key) => value
                .as_object()
                .is_some_and(|it| it.values().all(each_is_strict)),
            _ => true,
        })
}

/// Changes each schema within this one, but no name of a property and no example of a value.
fn each_object(schema: &Value, change: &dyn Fn(&mut Map<String, Value>)) -> Value {
    match schema {
        Value::Object(object) => {
            let inner = |(key, value): (&String, &Value)| {
                let value = if let Value::Object(named) = value
                    && BY_NAME.contains(&key.as_str())
                {
                    let named = named.iter();
                    let named = named.map(|(name, it)| (name.clone(), each_object(it, change)));
                    Value::Object(named.collect())
                } else if VALUES.contains(&key.as_str()) {
                    value.clone()
                } else {
                    each_object(value, change)
                };
                (key.clone(), value)
            };
            let mut object = object.iter().map(inner).collect();
            change(&mut object);
            Value::Object(object)
        }
        Value::Array(values) => {
            let values = values.iter().map(|value| each_object(value, change));
            Value::Array(values.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

/// What asks for the form of an answer in words, where a vendor has no better way.
pub(super) fn in_words(format: &ResponseFormat) -> String {
    format!(
        "Answer with one JSON object and nothing else: no code fence, no word before or behind it. The object \
         is a `{}` and matches this JSON Schema:\n{}",
        format.name, format.schema
    )
}

/// The system prompt with the form of the answer behind it.
pub(super) fn system_in_words<'a>(
    system: Option<&'a str>,
    format: Option<&ResponseFormat>,
) -> Option<Cow<'a, str>> {
    let system = system.filter(|text| !text.trim().is_empty());
    match (system, format.map(in_words)) {
        (Some(system), Some(words)) => Some(Cow::Owned(format!("{system}\n\n{words}"))),
        (None, Some(words)) => Some(Cow::Owned(words)),
        (system, None) => system.map(Cow::Borrowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_a_tool_is_an_object_without_alternatives() {
        let plain = json!({ "type": "object", "properties": {} });
        assert!(matches!(of_tool(&plain), Cow::Borrowed(_)));
        assert_eq!(*of_tool(&json!({ "type": "object" })), plain);
        assert_eq!(*of_tool(&json!({})), plain);
        let either = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": { "a": { "type": "string" } },
            "anyOf": [
                { "properties": { "b": { "type": "string" }, "c": {} }, "required": ["b", "c"] },
                { "properties": { "c": {} }, "required": ["c"] },
            ],
        });
        let expected = json!({
            "type": "object",
            "properties": { "a": { "type": "string" }, "b": { "type": "string" }, "c": {} },
            "required": ["c"],
        });
        assert_eq!(*of_tool(&either), expected);
        let both = json!({ "allOf": [{ "required": ["a"] }, { "required": ["b"] }] });
        assert_eq!(of_tool(&both)["required"], json!(["a", "b"]));
    }

    #[test]
    fn an_answer_is_closed_and_its_names_are_left_alone() {
        let schema = json!({
            "type": "object",
            "properties": {
                "maximum": { "type": "integer", "maximum": 3 },
                "list": { "type": "array", "items": { "type": "object", "properties": {} } },
                "kind": { "enum": [{ "type": "object" }] },
            },
        });
        let expected = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "maximum": { "type": "integer" },
                "list": { "type": "array", "items": {
                    "type": "object", "properties": {}, "additionalProperties": false,
                } },
                "kind": { "enum": [{ "type": "object" }] },
            },
        });
        assert_eq!(closed_and_unbounded(&schema), expected);
        assert_eq!(closed(&schema)["properties"]["maximum"]["maximum"], 3);
    }

    #[test]
    fn what_strict_mode_does_not_take_is_not_strict() {
        let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required });
        let of = |schema: Value| is_strict(&object(json!({ "a": schema }), json!(["a"])));
        assert!(is_strict(&object(json!({}), json!([]))));
        for schema in [
            json!({ "type": "string", "enum": ["x"], "description": "A" }),
            json!({ "type": ["string", "null"], "pattern": "^a" }),
            json!({ "type": "array", "items": { "type": "number", "minimum": 0 } }),
            json!({ "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/b" }] }),
            json!({ "enum": ["x", { "type": "object" }] }),
            object(json!({ "type": { "type": "string" } }), json!(["type"])),
        ] {
            assert!(of(schema.clone()), "{schema}");
        }
        for schema in [
            json!({}),
            json!({ "description": "anything" }),
            json!(true),
            json!({ "type": "string", "default": "x" }),
            json!({ "type": "string", "maxLength": 3 }),
            json!({ "type": "string", "format": "uri" }),
            json!({ "oneOf": [{ "type": "string" }] }),
            json!({ "allOf": [{ "type": "string" }], "type": "string" }),
            json!({ "type": "array", "items": {} }),
            json!({ "anyOf": [{ "type": "string" }, {}] }),
            object(json!({ "b": { "type": "string" } }), json!([])),
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            json!({ "type": "object", "patternProperties": {} }),
        ] {
            assert!(!of(schema.clone()), "{schema}");
        }
        assert!(!is_strict(&json!({ "type": "string" })));
        assert!(!is_strict(
            &json!({ "anyOf": [object(json!({}), json!([]))] })
        ));
    }
}
