//! `add-message`: puts a message into a thread. The model reads the prompt; a client sees the prompt,
//! the `uiContent` in its place, or nothing.

use std::sync::Arc;

use domain::{Audience, Author, Body, Item, LogBody, MessageId, Role};
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
    let text = kind
        .prompt
        .as_ref()
        .map(|prompt| machine.scope().render(prompt));
    let audience = match (kind.visible, &kind.ui_content) {
        (true, None) => Audience::Both,
        (true, Some(_)) | (false, _) => Audience::Model,
    };
    let prompt = text.as_ref().map(|text| {
        item(
            audience,
            Body::Text {
                text: Arc::clone(text),
            },
        )
    });
    let shown = kind
        .ui_content
        .as_ref()
        .filter(|_| kind.visible)
        .and_then(|content| {
            // Without a prompt the shown value is all there is, so the model reads it, too.
            let audience = if prompt.is_some() {
                Audience::Client
            } else {
                Audience::Both
            };
            Some(item(audience, shown_body(machine, content, &message)?))
        });
    machine.log(
        effects,
        LogBody::Message {
            role: kind.role,
            content: text.unwrap_or_else(|| "".into()),
            visible: kind.visible,
        },
    );
    effects
        .commit()
        .items
        .extend(shown.into_iter().chain(prompt));
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
