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
    let reference = text(schema, "/$ref").strip_prefix('#');
    let target = reference.and_then(|pointer| document.pointer(pointer));
    let (kind, content) = (kind(schema), content(target.unwrap_or(schema)));
    format!("<details><summary>{about}{kind}</summary>\n<div>{content}</div></details>\n")
}

/// All that a schema says: its text, its fields, and what it may be instead.
fn content(schema: &Value) -> String {
    let about = match text(schema, "/description") {
        "" => String::new(),
        about => format!("<p>{}</p>\n", code(about)),
    };
    let variants: String = variants(schema).map(variant).collect();
    let rest = match (has_fields(schema), variants.is_empty()) {
        (false, true) => format!("<p>{}</p>\n", kind(schema)),
        (_, true) => String::new(),
        (_, false) => format!("<p>One of:</p>\n<ul>{variants}</ul>\n"),
    };
    about + &properties(schema) + &rest
}

/// One of several forms, under the word that tells it from the others.
fn variant(schema: &Value) -> String {
    if !has_fields(schema) {
        let about = code(text(schema, "/description"));
        return format!("<li>{} {about}</li>\n", kind(schema));
    }
    let words = fields(schema, "/properties").filter_map(|(_, field)| field.get("const"));
    let title: String = words.map(literal).collect();
    let others = match text(schema, "/$ref") {
        "" => String::new(),
        _ => format!(" with the fields of {}", kind(schema)),
    };
    format!("<li>{title}{others}\n{}</li>\n", content(schema))
}

fn has_fields(schema: &Value) -> bool {
    schema.get("properties").is_some()
}

/// The fields as a table, without those that have only one value.
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
    let free = fields(schema, "/properties").filter(|(_, field)| field.get("const").is_none());
    let rows: String = free.map(row).collect();
    if rows.is_empty() {
        return rows;
    }
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
    if let Some(content) = schema.get("contentSchema") {
        return format!("JSON of {}", kind(content));
    }
    let types = match schema.get("type") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name.as_str()],
        _ => return "any value".into(),
    };
    let word = |name: &str| match (name, schema.get("items")) {
        ("array", Some(items)) => format!("list of {}", kind(items)),
        _ => escape(name),
    };
    types.into_iter().map(word).collect::<Vec<_>>().join(" or ")
}

fn literal(value: &Value) -> String {
    format!("<code>{}</code>", escape(&value.to_string()))
}
