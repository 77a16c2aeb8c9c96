//! Arguments for a tool: plausible by its schema, taken from the user's text where that has them.

use domain::JsonMap;
use serde_json::{Value, json};

use super::phrases::{numbers, quoted, topics};

/// Deeper schemas get empty objects.
const MAX_DEPTH: usize = 4;

/// The arguments object: what is required, and what the text clearly gives besides.
pub(super) fn fill(schema: &Value, text: &str) -> JsonMap {
    let mut found = Found::in_text(text);
    found.object(schema, 0)
}

/// What a text offers, each thing once.
struct Found {
    text: String,
    quoted: std::vec::IntoIter<String>,
    numbers: std::vec::IntoIter<f64>,
    topics: std::vec::IntoIter<String>,
}

impl Found {
    fn in_text(text: &str) -> Self {
        let quoted = quoted(text);
        let mut bare = text.to_owned();
        for quote in &quoted {
            bare = bare.replace(quote.as_str(), " ");
        }
        Self {
            topics: topics(&bare).into_iter(),
            numbers: numbers(&bare).into_iter(),
            quoted: quoted.into_iter(),
            text: text.trim().to_owned(),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> JsonMap {
        let required: Vec<&str> = list(schema, "required")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut object = JsonMap::new();
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return object;
        };
        for (name, property) in properties {
            let value = if required.contains(&name.as_str()) {
                Some(self.value(name, property, depth))
            } else {
                self.mentioned(property)
            };
            if let Some(value) = value {
                object.insert(name.clone(), value);
            }
        }
        object
    }

    /// An optional value that the text spells out.
    fn mentioned(&mut self, schema: &Value) -> Option<Value> {
        if let Some(option) = self.option(schema) {
            return Some(option);
        }
        match kind(schema) {
            "string" if list(schema, "enum").is_empty() => self.quoted.next().map(Value::String),
            _ => None,
        }
    }

    fn value(&mut self, name: &str, schema: &Value, depth: usize) -> Value {
        for fixed in ["const", "default"] {
            if let Some(value) = schema.get(fixed) {
                return value.clone();
            }
        }
        if let Some(option) = self
            .option(schema)
            .or_else(|| list(schema, "enum").first().cloned())
        {
            return option;
        }
        for choice in ["anyOf", "oneOf", "allOf"] {
            if let Some(first) = list(schema, choice).iter().find(|one| kind(one) != "null") {
                return self.value(name, first, depth);
            }
        }
        match kind(schema) {
            "number" => number(self.number(schema)),
            "integer" => json!(whole(self.number(schema))),
            "boolean" => json!(!self.text.to_lowercase().contains(&format!("not {name}"))),
            "null" => Value::Null,
            "array" if depth < MAX_DEPTH => {
                let item = schema.get("items").unwrap_or(&Value::Null);
                json!([self.value(name, item, depth + 1)])
            }
            "object" if depth < MAX_DEPTH => Value::Object(self.object(schema, depth + 1)),
            "array" => json!([]),
            "object" => json!({}),
            _ => Value::String(self.string(name, schema)),
        }
    }

    /// The option of an `enum` that the text names.
    fn option(&self, schema: &Value) -> Option<Value> {
        let text = self.text.to_lowercase();
        let named = |option: &&Value| {
            option
                .as_str()
                .is_some_and(|name| text.contains(&name.to_lowercase()))
        };
        list(schema, "enum").iter().find(named).cloned()
    }

    fn number(&mut self, schema: &Value) -> f64 {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let least = bound("minimum").unwrap_or(f64::MIN);
        let most = bound("maximum").unwrap_or(f64::MAX);
        self.numbers.next().unwrap_or(1.0).min(most).max(least)
    }

    fn string(&mut self, name: &str, schema: &Value) -> String {
        match schema.get("format").and_then(Value::as_str) {
            Some("date") => return "2026-01-31".to_owned(),
            Some("date-time") => return "2026-01-31T12:00:00Z".to_owned(),
            Some("uri" | "url") => {
                return self
                    .word_with("://")
                    .unwrap_or("https://example.com")
                    .to_owned();
            }
            Some("email") => return self.email(),
            Some(_) | None if name.to_lowercase().contains("email") => return self.email(),
            Some(_) | None => {}
        }
        if let Some(said) = self.quoted.next().or_else(|| self.topics.next()) {
            return said;
        }
        if name.to_lowercase().ends_with("id") {
            return self
                .numbers
                .next()
                .map_or_else(|| "demo-1".to_owned(), |number| number.to_string());
        }
        let said = self.text.trim_matches(|c: char| !c.is_alphanumeric());
        if said.is_empty() {
            name.to_owned()
        } else {
            said.to_owned()
        }
    }

    fn email(&self) -> String {
        let word = self.word_with("@").unwrap_or("demo@example.com");
        word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
    }

    fn word_with(&self, mark: &str) -> Option<&str> {
        self.text
            .split_whitespace()
            .find(|word| word.contains(mark))
    }
}

fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The type of a schema; the first that is not null where it has several.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or("null")
        }
        Some(_) | None if schema.get("properties").is_some() => "object",
        Some(_) | None => "string",
    }
}

/// A number as people write it: 3, not 3.0.
fn number(number: f64) -> Value {
    if number.fract() == 0.0 {
        json!(whole(number))
    } else {
        json!(number)
    }
}

/// A number without its fraction; it saturates.
fn whole(number: f64) -> i64 {
    number.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(properties: Value, required: &[&str], text: &str, expected: Value) {
        let schema = json!({ "type": "object", "properties": properties, "required": required });
        assert_eq!(Value::Object(fill(&schema, text)), expected, "for {text:?}");
    }

    #[test]
    fn a_string_is_taken_from_quotes_then_from_the_topic() {
        let city = json!({ "city": { "type": "string" } });
        check(
            city.clone(),
            &["city"],
            "What is the weather in Paris?",
            json!({ "city": "Paris" }),
        );
        check(
            city.clone(),
            &["city"],
            "weather for “New York”, please",
            json!({ "city": "New York" }),
        );
        check(
            city.clone(),
            &["city"],
            "weather!",
            json!({ "city": "weather" }),
        );
        check(city, &["city"], "", json!({ "city": "city" }));
    }

    #[test]
    fn what_is_optional_is_left_out_unless_it_is_said() {
        let schema =
            json!({ "unit": { "enum": ["celsius", "fahrenheit"] }, "city": { "type": "string" } });
        check(schema.clone(), &[], "the weather", json!({}));
        check(
            schema,
            &[],
            "the weather in Fahrenheit",
            json!({ "unit": "fahrenheit" }),
        );
    }

    #[test]
    fn every_type_has_a_plausible_value() {
        let schema = json!({
            "n": { "type": "integer", "minimum": 1, "maximum": 5 },
            "x": { "type": "number" },
            "on": { "type": "boolean" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "who": { "type": "object", "properties": { "email": { "type": "string" } }, "required": ["email"] },
            "day": { "type": "string", "format": "date" },
            "level": { "anyOf": [{ "type": "null" }, { "enum": ["low", "high"] }] },
        });
        let required = ["n", "x", "on", "tags", "who", "day", "level"];
        let expected = json!({
            "n": 5, "x": 2.5, "on": true, "tags": ["a b"], "who": { "email": "me@host.com" },
            "day": "2026-01-31", "level": "high",
        });
        check(
            schema,
            &required,
            "Take 7 and 2.5, tag \"a b\", mail me@host.com at high",
            expected,
        );
    }

    #[test]
    fn an_id_is_a_number_of_the_text_or_made_up() {
        let id = json!({ "userId": { "type": ["string", "null"] } });
        check(
            id.clone(),
            &["userId"],
            "show user 42",
            json!({ "userId": "42" }),
        );
        check(
            id,
            &["userId"],
            "show the account",
            json!({ "userId": "demo-1" }),
        );
    }

    #[test]
    fn a_schema_without_end_does_not_recurse_without_end() {
        let mut schema = json!({ "type": "object" });
        for _ in 0..50 {
            schema = json!({ "type": "object", "properties": { "a": schema }, "required": ["a"] });
        }
        assert!(Value::Object(fill(&schema, "x")).to_string().len() < 100);
    }
}
