//! `add-message`: puts a message into a thread. The model reads the prompt; a client sees the prompt,
//! the `uiContent` in its place, or nothing. What is added to a named thread is for its model alone.

use std::sync::Arc;

use domain::{Audience, Author, Body, FileReference, Item, LogBody, MessageId, Role};
use protocol::program::{AddMessage, Block, UiContent};
use serde_json::Value;

use super::Flow;
use crate::effects::Effects;
use crate::machine::Machine;
use crate::scope::prompt_text;

pub(crate) fn run(
    machine: &mut Machine,
    block: &Block,
    kind: &AddMessage,
    effects: &mut Effects,
) -> Flow {
    let number = machine.exec.mint();
    let message = MessageId::from(format!("{}-{number}", machine.exec.message));
    let item = |audience, body| {
        let author = author(machine, kind.role);
        let (message, thread) = (message.clone(), block.thread.clone());
        Arc::new(Item {
            message,
            author,
            worker: None,
            thread,
            audience,
            body,
        })
    };
    let visible = kind.visible && block.thread.is_main();
    let whole = if visible {
        Audience::Both
    } else {
        Audience::Model
    };
    let text = kind
        .prompt
        .as_ref()
        .map(|prompt| machine.scope().render(prompt));
    let shown = kind.ui_content.as_ref().filter(|_| visible);
    let prompt_audience = if shown.is_some() {
        Audience::Model
    } else {
        whole
    };
    let files = files(machine, kind)
        .into_iter()
        .map(|file| item(whole, Body::File { file, call: None }));
    let prompt = text.iter().map(|text| {
        item(
            prompt_audience,
            Body::Text {
                text: Arc::clone(text),
            },
        )
    });
    let shown = shown.and_then(|content| {
        // Without a prompt the shown value is all there is, so the model reads it, too.
        let audience = if text.is_some() {
            Audience::Client
        } else {
            Audience::Both
        };
        Some(item(audience, shown_body(machine, content, &message)?))
    });
    let items: Vec<Arc<Item>> = files.chain(shown).chain(prompt).collect();
    let content = text.unwrap_or_else(|| "".into());
    machine.log(
        effects,
        LogBody::Message {
            role: kind.role,
            content,
            visible,
        },
    );
    effects.commit().items.extend(items);
    Flow::Next
}

fn author(machine: &Machine, role: Role) -> Author {
    match role {
        Role::System => Author::System,
        Role::User => Author::User {
            sender: machine.exec.sender.clone(),
        },
        Role::Assistant => Author::Assistant,
    }
}

/// The files that the block's values hold: one each, or lists of them.
fn files(machine: &Machine, kind: &AddMessage) -> Vec<FileReference> {
    let values = kind
        .files
        .iter()
        .filter_map(|place| machine.scope().get(place));
    let each = values.flat_map(|value| match value.as_array() {
        Some(values) => values.as_slice(),
        None => std::slice::from_ref(value),
    });
    each.filter_map(|value| serde_json::from_value(value.clone()).ok())
        .collect()
}

/// A string is shown as text, anything else as an object; an absent value is not shown.
fn shown_body(machine: &Machine, content: &UiContent, message: &MessageId) -> Option<Body> {
    let value = machine.scope().get(&content.place)?;
    let Value::Object(fields) = value else {
        return Some(Body::Text {
            text: prompt_text(value).into(),
        });
    };
    let own_type = fields.get("type").and_then(Value::as_str);
    let type_name = own_type
        .or(content.type_name.as_deref())
        .unwrap_or("object");
    Some(Body::Object {
        id: format!("{message}-object"),
        type_name: type_name.to_owned(),
        value: value.clone(),
    })
}
