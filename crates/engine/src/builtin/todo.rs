//! The list of what is to be done: a model writes it, the client is shown it, the session keeps it.

use domain::{Body, JsonMap, Outcome, StreamEvent, Todo, TodoStatus};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::At;
use crate::effects::Effects;
use crate::machine::Machine;

/// More entries than anybody reads.
const MAX_TODOS: usize = 200;

#[derive(Deserialize)]
struct Write {
    todos: Vec<Change>,
    /// Whether only the entries that are named are changed.
    #[serde(default)]
    merge: bool,
}

/// An entry; what is absent stays as it was.
#[derive(Deserialize)]
struct Change {
    id: String,
    content: Option<String>,
    status: Option<TodoStatus>,
}

pub(super) fn def() -> (&'static str, Value) {
    let schema = json!({
        "type": "object",
        "properties": {
            "todos": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": { "type": "string" },
                        "content": { "type": "string", "description": "What is to be done." },
                        "status": {
                            "type": "string",
                            "enum": ["pending", "in_progress", "completed", "cancelled"],
                        },
                    },
                    "required": ["id"],
                },
            },
            "merge": {
                "type": "boolean",
                "description": "true changes only the entries that are given, by id; \
                                false replaces the whole list.",
            },
        },
        "required": ["todos", "merge"],
    });
    (
        "Writes the list of what is to be done. The user sees it.",
        schema,
    )
}

pub(super) fn write(
    machine: &mut Machine,
    at: At<'_>,
    arguments: &JsonMap,
    effects: &mut Effects,
) -> Outcome {
    let write = match Write::deserialize(Value::Object(arguments.clone())) {
        Ok(write) => write,
        Err(error) => return Outcome::Error(format!("The list was not written: {error}.")),
    };
    let before = if write.merge {
        machine.state(at.lane).todos.clone()
    } else {
        Vec::new()
    };
    let todos = match changed(before, write.todos) {
        Ok(todos) => todos,
        Err(problem) => return Outcome::Error(problem),
    };
    machine.state_mut(at.lane).todos.clone_from(&todos);
    effects.commit().state_changed = true;
    let body = Body::Todo {
        todos: todos.clone(),
    };
    machine.store(at.lane, at.block, body, effects);
    let result = json!({ "todos": todos });
    if machine.view(at.lane, at.block).tools {
        effects.emit(StreamEvent::TodoUpdate {
            todos,
            worker_id: machine.worker_id(at.lane),
        });
    }
    Outcome::Output(result)
}

/// The list with the changes made.
fn changed(mut todos: Vec<Todo>, changes: Vec<Change>) -> Result<Vec<Todo>, String> {
    for change in changes {
        if let Some(todo) = todos.iter_mut().find(|todo| todo.id == change.id) {
            todo.content = change.content.unwrap_or_else(|| todo.content.clone());
            todo.status = change.status.unwrap_or(todo.status);
            continue;
        }
        let id = change.id;
        let content = change.content;
        todos.push(Todo {
            content: content.ok_or_else(|| format!("The new entry `{id}` has no content."))?,
            status: change.status.unwrap_or(TodoStatus::Pending),
            id,
        });
    }
    if todos.len() > MAX_TODOS {
        return Err(format!("The list has more than {MAX_TODOS} entries."));
    }
    Ok(todos)
}
