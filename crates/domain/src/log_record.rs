//! Log entries as they are kept: JSON, in which fields that are too large are cut down (CONTRACT 6).

use std::borrow::Cow;
use std::io;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{JsonMap, LogEntry};

/// Fields that are objects of ours: what is in them is cut, not they themselves.
const STRUCTURES: [&str; 2] = ["modelRequest", "error"];

/// A preview is this part of what a field may have.
const PREVIEW_PART: usize = 4;

/// Stands between the two ends of a preview.
const GAP: &str = " … ";

/// An entry in its kept form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogRecord(JsonMap);

impl LogRecord {
    /// The type of the entries that tell of a model call.
    pub const MODEL_REQUEST: &'static str = "model-request";

    /// The entry, with every field that has more bytes of JSON than `limit` cut down to a preview. An
    /// entry that is not an object of JSON, which none is, becomes an empty record.
    #[must_use]
    pub fn new(entry: &LogEntry, limit: usize) -> Self {
        let mut fields = match serde_json::to_value(entry) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) | Err(_) => JsonMap::new(),
        };
        if trim(&mut fields, limit) {
            fields.insert("trimmed".to_owned(), true.into());
        }
        Self(fields)
    }

    /// The entry's type, such as `trigger`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or("")
    }

    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }
}

/// Whether a field was cut.
fn trim(fields: &mut JsonMap, limit: usize) -> bool {
    let mut trimmed = false;
    for (name, value) in fields {
        match value {
            Value::Object(inner) if STRUCTURES.contains(&name.as_str()) => {
                trimmed |= trim(inner, limit);
            }
            Value::String(_) | Value::Object(_) | Value::Array(_) => {
                if serde_json::to_writer(Room(limit), &*value).is_err() {
                    *value = preview(&value.to_string(), limit / PREVIEW_PART);
                    trimmed = true;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    trimmed
}

/// Takes that many bytes and keeps none of them, so that nothing is written down to be measured.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.0.checked_sub(bytes.len());
        self.0 = left.ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The head and the tail of a text of JSON.
fn preview(json: &str, kept: usize) -> Value {
    let half = kept / 2;
    let head = json.floor_char_boundary(half);
    let tail = json.ceil_char_boundary(json.len() - half);
    let ends = json.get(..head).zip(json.get(tail..));
    let preview = ends.map_or_else(String::new, |(head, tail)| format!("{head}{GAP}{tail}"));
    json!({
        "__trimmed": true,
        "originalBytes": json.len(),
        "keptBytes": preview.len(),
        "preview": preview,
    })
}

// Only for its schema.
/// What is left of a field that was too large: the head and the tail of its JSON.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "`preview` makes it, this describes it")]
struct Trimmed {
    #[serde(rename = "__trimmed")]
    #[schemars(extend("const" = true))]
    trimmed: bool,
    original_bytes: usize,
    kept_bytes: usize,
    preview: String,
}

impl JsonSchema for LogRecord {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "LogRecord".into()
    }

    /// That of an entry, whose large fields may also be trimmed ones.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let trimmed = generator.subschema_for::<Trimmed>();
        let mut schema = LogEntry::json_schema(generator);
        let variants = schema.get_mut("oneOf").and_then(Value::as_array_mut);
        for variant in variants.into_iter().flatten() {
            let fields = variant.get_mut("properties").and_then(Value::as_object_mut);
            for field in fields.into_iter().flatten().map(|(_, field)| field) {
                if may_be_large(field) {
                    *field = json!({ "anyOf": [field.clone(), trimmed] });
                }
            }
        }
        if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            let about = "Whether a field was cut down.";
            let flag = json!({ "type": "boolean", "const": true, "description": about });
            fields.insert("trimmed".to_owned(), flag);
        }
        schema
    }
}

fn may_be_large(field: &Value) -> bool {
    let kinds = match field.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => return false,
    };
    let fixed = field.get("const").is_some() || field.get("enum").is_some();
    !fixed
        && kinds
            .iter()
            .any(|kind| ["string", "object", "array"].contains(kind))
}

#[cfg(test)]
mod tests {
    use crate::{LogBody, ModelRef, ModelRequestInfo};

    use super::*;

    fn record(body: LogBody) -> LogRecord {
        let entry = LogEntry {
            body,
            thread: None,
            block_name: None,
            worker_id: None,
            worker_slug: None,
        };
        LogRecord::new(&entry, 100)
    }

    fn result(value: Value) -> LogRecord {
        record(LogBody::ToolResult {
            tool_name: "t".into(),
            tool_result: value,
        })
    }

    #[test]
    fn a_small_entry_is_kept_as_it_is() {
        let record = result(json!({ "a": "x".repeat(80) }));
        assert_eq!(record.kind(), "tool-result");
        assert_eq!(
            record.get("toolResult"),
            Some(&json!({ "a": "x".repeat(80) }))
        );
        assert_eq!(record.get("trimmed"), None);
    }

    #[test]
    fn the_limit_counts_bytes_of_json() {
        for (text, bytes) in [("x", 1), ("é", 2), ("\"", 2), ("\n", 2), ("\u{1}", 6)] {
            let fits = text.repeat(98 / bytes);
            assert_eq!(
                result(fits.as_str().into()).get("trimmed"),
                None,
                "{text:?}"
            );
            let exceeds = format!("{fits}{text}");
            assert_eq!(
                result(exceeds.into()).get("trimmed"),
                Some(&json!(true)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_large_field_is_cut_down_to_its_ends() {
        let record = result(json!({ "head": "x".repeat(1_000), "tail": "end" }));
        assert_eq!(record.get("trimmed"), Some(&json!(true)));
        assert_eq!(record.get("toolName"), Some(&json!("t")));
        let expected = json!({
            "__trimmed": true,
            "originalBytes": 1_024,
            "keptBytes": 29,
            "preview": "{\"head\":\"xxx … tail\":\"end\"}",
        });
        assert_eq!(record.get("toolResult"), Some(&expected));
    }

    #[test]
    fn a_preview_ends_between_characters() {
        for length in 100..110 {
            let record = result("é🌍".repeat(length).into());
            let trimmed = record.get("toolResult").expect("a field");
            let preview = trimmed["preview"].as_str().expect("a text");
            assert!(
                preview.starts_with('"') && preview.ends_with('"'),
                "{preview}"
            );
            assert_eq!(trimmed["keptBytes"], preview.len());
        }
    }

    #[test]
    fn of_a_model_request_only_the_body_is_cut() {
        let model: ModelRef = "a/b".parse().expect("a model");
        let record = record(LogBody::ModelRequest {
            model_request: ModelRequestInfo {
                request_body: Some(json!(["x".repeat(1_000)])),
                ..ModelRequestInfo::from(&model)
            },
        });
        assert_eq!(record.kind(), LogRecord::MODEL_REQUEST);
        let request = record.get("modelRequest").expect("a field");
        assert_eq!(
            (&request["provider"], &request["model"]),
            (&json!("a"), &json!("b"))
        );
        assert_eq!(request["requestBody"]["__trimmed"], true);
        assert_eq!(record.get("trimmed"), Some(&json!(true)));
    }
}
