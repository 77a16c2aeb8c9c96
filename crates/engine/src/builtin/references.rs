//! Documents that a model may read: it is told their names, and fetches what it needs.

use std::fmt::Write as _;

use domain::{JsonMap, Outcome};
use protocol::program::{Program, Reference};
use serde_json::{Value, json};

use crate::calls::At;
use crate::machine::Machine;

/// What a system prompt says of the documents; `None` where there are none.
pub(crate) fn prompt(program: &Program, names: &[String]) -> Option<String> {
    let mut text = "You can read these documents with `octavus_reference_read`:".to_owned();
    let mut any = false;
    for reference in named(program, names) {
        any = true;
        let _ = write!(text, "\n- {}: {}", reference.name, reference.description);
    }
    any.then_some(text)
}

pub(super) fn list(machine: &Machine, at: At<'_>) -> Outcome {
    let program = machine.program(at.lane);
    let names = machine.toolset(at.lane, at.block).references;
    let list: Vec<Value> = named(&program, &names)
        .map(|it| json!({ "name": it.name, "description": it.description }))
        .collect();
    Outcome::Output(json!({ "references": list }))
}

pub(super) fn read(machine: &Machine, at: At<'_>, arguments: &JsonMap) -> Outcome {
    let Some(name) = arguments.get("name").and_then(Value::as_str) else {
        return Outcome::Error("The argument `name` is missing.".into());
    };
    let program = machine.program(at.lane);
    let names = machine.toolset(at.lane, at.block).references;
    let found = named(&program, &names).find(|it| &*it.name == name);
    match found {
        Some(it) => Outcome::Output(json!({ "name": it.name, "content": it.content })),
        None => {
            let known = names.join(", ");
            Outcome::Error(format!("There is no document `{name}`; there are {known}."))
        }
    }
}

fn named<'p>(program: &'p Program, names: &[String]) -> impl Iterator<Item = &'p Reference> {
    let ours = |it: &&Reference| names.iter().any(|name| **name == *it.name);
    program.references.iter().filter(ours)
}
