//! The document as a page for people: plain HTML, without a script and without anything from elsewhere.

mod operation;
mod schema;

use std::fmt::Write as _;

use serde_json::{Map, Value};

const STYLE: &str = include_str!("style.css");

/// Draws the whole page.
pub(crate) fn render(document: &Value) -> String {
    let title = escape(text(document, "/info/title"));
    let version = escape(text(document, "/info/version"));
    let about = escape(text(document, "/info/description"));
    let key = code(text(
        document,
        "/components/securitySchemes/key/description",
    ));
    let resources: String = list(document, "/tags")
        .map(|tag| resource(document, tag))
        .collect();
    let schemas: String = fields(document, "/components/schemas")
        .map(|(name, it)| schema::named(name, it))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <nav>{}</nav>\n<main>\n<h1>{title} <small>{version}</small></h1>\n\
         <p>{about} As a file: <a href=\"/openapi.json\">OpenAPI 3.1</a>.</p>\n<p>{key}</p>\n\
         {resources}<section id=\"schemas\">\n<h2>Schemas</h2>\n{schemas}</section>\n\
         </main>\n</body>\n</html>\n",
        navigation(document)
    )
}

/// An operation with its place in the document.
struct Operation<'a> {
    document: &'a Value,
    path: &'a str,
    method: &'a str,
    body: &'a Value,
}

/// The operations of a resource, by path and then as a reader expects the methods.
fn operations<'a>(document: &'a Value, tag: &str) -> Vec<Operation<'a>> {
    let all = fields(document, "/paths").flat_map(|(path, methods)| {
        let methods = fields(methods, "");
        methods.map(move |(method, body)| Operation {
            document,
            path,
            method,
            body,
        })
    });
    let mut own: Vec<_> = all.filter(|it| text(it.body, "/tags/0") == tag).collect();
    own.sort_by_key(|it| {
        let order = ["get", "post", "put", "patch", "delete"];
        (
            it.path,
            order.iter().position(|method| *method == it.method),
        )
    });
    own
}

fn navigation(document: &Value) -> String {
    let mut html = String::new();
    for tag in list(document, "/tags") {
        let name = text(tag, "/name");
        let _ = write!(html, "<h2>{}</h2><ul>", escape(name));
        for Operation { method, body, .. } in operations(document, name) {
            let (id, summary) = (text(body, "/operationId"), escape(text(body, "/summary")));
            let method = badge(method);
            let _ = write!(
                html,
                "<li><a href=\"#{id}\">{method}<span>{summary}</span></a></li>"
            );
        }
        html += "</ul>";
    }
    html + "<h2><a href=\"#schemas\">Schemas</a></h2>"
}

fn resource(document: &Value, tag: &Value) -> String {
    let name = text(tag, "/name");
    let (title, about) = (escape(name), escape(text(tag, "/description")));
    let operations = operations(document, name);
    let drawn: String = operations.iter().map(operation::draw).collect();
    format!("<section>\n<h2>{title}</h2>\n<p>{about}</p>\n{drawn}</section>\n")
}

fn badge(method: &str) -> String {
    format!("<b class=\"{method}\">{}</b>", method.to_uppercase())
}

/// The text at a place; an empty one where there is none.
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn fields<'a>(
    value: &'a Value,
    pointer: &str,
) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
    let fields: Option<&Map<_, _>> = value.pointer(pointer).and_then(Value::as_object);
    fields
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A text in which backticks mark code.
fn code(text: &str) -> String {
    let pieces = text
        .split('`')
        .enumerate()
        .map(|(index, piece)| match index % 2 {
            0 => escape(piece),
            _ => format!("<code>{}</code>", escape(piece)),
        });
    pieces.collect()
}
