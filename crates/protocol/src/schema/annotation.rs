//! What an editor shows for a key or a block: its name, and what it is for.

use serde_json::Value;

use crate::language::{BlockRow, Key};

/// Names and documents what stands behind a key.
pub(super) fn key(schema: &mut Value, key: &Key) {
    let mut doc = key.doc.to_owned();
    if key.later {
        doc.push_str(" It has no effect in this version of the server.");
    }
    annotate(schema, key.name, &doc);
    tell_apart(schema, key.name);
}

/// Names and documents a block.
pub(super) fn block(schema: &mut Value, row: &BlockRow) {
    let mut doc = row.doc.to_owned();
    if row.later {
        doc.push_str(" This version of the server cannot run it.");
    }
    annotate(schema, row.kind, &doc);
}

fn annotate(schema: &mut Value, name: &str, doc: &str) {
    schema["title"] = name.into();
    schema["description"] = doc.into();
    // Editors show a plain description as it is, with its backticks.
    if doc.contains('`') {
        schema["markdownDescription"] = doc.into();
    }
}

/// Names all branches but the first: of branches that look alike, an editor shows the title and the text
/// once for each.
fn tell_apart(schema: &mut Value, name: &str) {
    let branches = schema.get_mut("anyOf").and_then(Value::as_array_mut);
    for branch in branches.into_iter().flatten().skip(1) {
        branch["title"] = name.into();
    }
}
