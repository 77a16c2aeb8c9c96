//! `serialize-thread`: writes a thread's conversation into a variable. Of the main thread it takes what
//! the client was shown, of any other what its model was.

use std::sync::Arc;

use domain::{Author, Body, Item, ThreadId, WorkerId};
use protocol::program::{SerializeThread, ThreadFormat};
use serde_json::{Value, json};

use super::{Flow, operation};
use crate::calls::At;
use crate::effects::Effects;
use crate::machine::Machine;
use crate::scope::prompt_text;

pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    kind: &SerializeThread,
    effects: &mut Effects,
) -> Flow {
    let pending = effects.commit.iter().flat_map(|commit| &commit.items);
    let says = conversation(
        machine.history.iter().chain(pending),
        machine.worker_id(at.lane).as_ref(),
        &kind.thread,
    );
    let text: Value = match kind.format {
        ThreadFormat::Markdown => says
            .iter()
            .map(Say::markdown)
            .collect::<Vec<_>>()
            .join("\n\n")
            .into(),
        ThreadFormat::Json => Value::from(says.iter().map(Say::json).collect::<Vec<_>>())
            .to_string()
            .into(),
    };
    machine.set_output(at, text.clone(), effects);
    let format = match kind.format {
        ThreadFormat::Markdown => "markdown",
        ThreadFormat::Json => "json",
    };
    let input = json!({ "thread": kind.thread, "format": format });
    operation::end(machine, at, (input, text), effects);
    Flow::Next
}

/// What one side said in one message.
struct Say {
    assistant: bool,
    text: String,
}

impl Say {
    fn markdown(&self) -> String {
        let who = if self.assistant { "Assistant" } else { "User" };
        format!("**{who}:** {}", self.text)
    }

    fn json(&self) -> Value {
        let role = if self.assistant { "assistant" } else { "user" };
        json!({ "role": role, "content": self.text })
    }
}

fn conversation<'a>(
    items: impl Iterator<Item = &'a Arc<Item>>,
    worker: Option<&WorkerId>,
    thread: &ThreadId,
) -> Vec<Say> {
    let mut says: Vec<(&domain::MessageId, Say)> = Vec::new();
    for item in items.filter(|item| item.thread == *thread && item.worker.as_ref() == worker) {
        let shown = match thread.is_main() {
            true => item.audience.reaches_client(),
            false => item.audience.reaches_model(),
        };
        let text = match &item.body {
            Body::ThreadStart => {
                says.clear();
                continue;
            }
            Body::Text { text } if shown => text.to_string(),
            Body::Object { value, .. } if shown => prompt_text(value).into_owned(),
            Body::File { file, .. } if shown => {
                format!("[file: {}]", file.filename.as_ref().unwrap_or(&file.id))
            }
            Body::Text { .. }
            | Body::Object { .. }
            | Body::File { .. }
            | Body::Reasoning { .. }
            | Body::Call(_)
            | Body::Result { .. }
            | Body::Step
            | Body::Summary { .. }
            | Body::Operation { .. }
            | Body::WorkerStart { .. }
            | Body::WorkerEnd { .. }
            | Body::Todo { .. }
            | Body::Source(_) => continue,
        };
        let assistant = match item.author {
            Author::System => continue,
            Author::User { .. } => false,
            Author::Assistant => true,
        };
        match says.last_mut() {
            Some((message, say)) if **message == item.message && say.assistant == assistant => {
                say.text.push_str("\n\n");
                say.text.push_str(&text);
            }
            Some(_) | None => says.push((&item.message, Say { assistant, text })),
        }
    }
    says.into_iter().map(|(_, say)| say).collect()
}
