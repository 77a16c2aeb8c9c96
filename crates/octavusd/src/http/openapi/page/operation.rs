//! One operation on the page.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Operation, badge, code, escape, fields, list, schema, text};

pub(super) fn draw(operation: &Operation<'_>) -> String {
    let Operation {
        path, method, body, ..
    } = operation;
    let (id, summary) = (text(body, "/operationId"), escape(text(body, "/summary")));
    let (method, path) = (badge(method), escape(path));
    let about = code(text(body, "/description"));
    format!(
        "<article id=\"{id}\">\n<h3>{summary}</h3>\n<p class=\"address\">{method} <code>{path}</code></p>\n\
         <p>{about}</p>\n{}{}{}<pre>{}</pre>\n</article>\n",
        parameters(body),
        request(operation),
        responses(operation),
        escape(&curl(operation)),
    )
}

fn parameters(operation: &Value) -> String {
    let rows: String = list(operation, "/parameters").map(parameter).collect();
    if rows.is_empty() {
        return rows;
    }
    format!("<h4>Parameters</h4>\n<table>{rows}</table>\n")
}

fn parameter(parameter: &Value) -> String {
    let (name, place) = (escape(text(parameter, "/name")), text(parameter, "/in"));
    let (kind, about) = (
        schema::kind(&parameter["schema"]),
        code(text(parameter, "/description")),
    );
    format!("<tr><td><code>{name}</code></td><td>{place}, {kind}</td><td>{about}</td></tr>\n")
}

fn request(operation: &Operation<'_>) -> String {
    let Some((_, content)) = fields(operation.body, "/requestBody/content").next() else {
        return String::new();
    };
    let schema = schema::expandable(operation.document, &content["schema"], "");
    format!("<h4>Body</h4>\n{schema}")
}

/// The answers that are a success in full; the errors, which have one shape, in a line.
fn responses(operation: &Operation<'_>) -> String {
    let (mut html, mut errors) = ("<h4>Answers</h4>\n".to_owned(), Vec::new());
    for (status, response) in fields(operation.body, "/responses") {
        let meaning = escape(text(response, "/description"));
        if !status.starts_with('2') {
            errors.push(format!("<span title=\"{meaning}\">{status}</span>"));
            continue;
        }
        for (media_type, content) in fields(response, "/content") {
            let about = format!("<b>{status}</b> {meaning} <small>{media_type}</small> ");
            html += &schema::expandable(operation.document, &content["schema"], &about);
        }
    }
    if !errors.is_empty() {
        let error = "<a href=\"#schema-Error\">Error</a>";
        let _ = writeln!(
            html,
            "<p class=\"errors\"><b>{}</b> {error}</p>",
            errors.join(" ")
        );
    }
    html
}

/// A command that asks for the operation; the shell knows the address and the key.
fn curl(operation: &Operation<'_>) -> String {
    let Operation {
        path, method, body, ..
    } = operation;
    let mut command = match *method {
        "get" => "curl".to_owned(),
        method => format!("curl -X {}", method.to_uppercase()),
    };
    let _ = write!(command, " \"$OCTAVUS_API_URL{path}\"");
    if body.get("security").is_some() {
        command += " \\\n  -H \"Authorization: Bearer $OCTAVUS_API_KEY\"";
    }
    if let Some(example) = body.pointer("/requestBody/content/application~1json/example") {
        // A quote in the shell's text ends it, so that it has to begin again.
        let example = format!("{example:#}").replace('\'', "'\\''");
        let _ = write!(
            command,
            " \\\n  -H 'Content-Type: application/json' \\\n  -d '{example}'"
        );
    }
    command
}
