//! Schemas on the page: a named one as a table that opens, any as a few words.

use serde_json::Value;

use super::{code, escape, fields, list, text};

/// A named schema, closed until it is asked for or linked to.
pub(super) fn named(name: &str, schema: &Value) -> String {
    let name = escape(name);
    // The target is inside: a browser opens what surrounds it.
    format!(
        "<details><summary><code>{name}</code></summary>\n<div id=\"schema-{name}\">{}</div></details>\n",
        content(schema)
    )
}

/// A schema of an operation: its name, and its content where that is asked for.
pub(super) fn expandable(document: &Value, schema: &Value, about: &str) -> String {
    let reference = text(schema, "/$ref").trim_start_matches('#');
    let content = content(document.pointer(reference).unwrap_or(schema));
    let kind = kind(schema);
    format!("<details><summary>{about}{kind}</summary>\n<div>{content}</div></details>\n")
}

/// All that a schema says: its text, its fields, and what it may be instead.
fn content(schema: &Value) -> String {
    let about = match text(schema, "/description") {
        "" => String::new(),
        about => format!("<p>{}</p>\n", code(about)),
    };
    let is_open = schema.get("properties").is_some();
    let table = if is_open {
        properties(schema)
    } else {
        String::new()
    };
    let variants: String = variants(schema).map(variant).collect();
    let rest = match (is_open, variants.is_empty()) {
        (false, true) => format!("<p>{}</p>\n", kind(schema)),
        (_, true) => String::new(),
        (_, false) => format!("<p>One of:</p>\n<ul>{variants}</ul>\n"),
    };
    about + &table + &rest
}

fn variant(schema: &Value) -> String {
    let content = if schema.get("properties").is_some() {
        content(schema)
    } else {
        line(schema)
    };
    format!("<li>{content}</li>\n")
}

fn line(schema: &Value) -> String {
    format!("{} {}", kind(schema), code(text(schema, "/description")))
}

fn properties(schema: &Value) -> String {
    let required: Vec<&str> = list(schema, "/required")
        .filter_map(Value::as_str)
        .collect();
    let row = |(name, property): (&str, &Value)| {
        let optional = if required.contains(&name) {
            ""
        } else {
            ", optional"
        };
        let (name, kind) = (escape(name), kind(property));
        let about = code(text(property, "/description"));
        format!("<tr><td><code>{name}</code></td><td>{kind}{optional}</td><td>{about}</td></tr>\n")
    };
    let rows: String = fields(schema, "/properties").map(row).collect();
    format!("<table>{rows}</table>\n")
}

fn variants(schema: &Value) -> impl Iterator<Item = &Value> {
    list(schema, "/oneOf").chain(list(schema, "/anyOf"))
}

/// What a value is, in a few words.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = text(schema, "/$ref")
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
    {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escape(name));
    }
    if let Some(value) = schema.get("const") {
        return literal(value);
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(literal).collect::<Vec<_>>().join(" or ");
    }
    let alternatives: Vec<String> = variants(schema).map(kind).collect();
    if !alternatives.is_empty() {
        return alternatives.join(" or ");
    }
    match schema.get("type") {
        Some(Value::String(name)) if name == "array" => {
            format!("list of {}", kind(&schema["items"]))
        }
        Some(Value::String(name)) => escape(name),
        Some(Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str).map(escape);
            names.collect::<Vec<_>>().join(" or ")
        }
        _ => "any value".into(),
    }
}

fn literal(value: &Value) -> String {
    format!("<code>{}</code>", escape(&value.to_string()))
}
