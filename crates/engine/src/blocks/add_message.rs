//! `add-message`: puts a message into a thread. The model reads the prompt; a client sees the prompt,
//! the `uiContent` in its place, or nothing. What is added to a named thread is for its model alone.

use std::sync::Arc;

use domain::{Audience, Author, Body, FileReference, Item, LogBody, MessageId, Role};
use protocol::program::{AddMessage, UiContent};
use serde_json::Value;

use super::Flow;
use crate::calls::At;
use crate::effects::Effects;
use crate::lane::LaneId;
use crate::machine::Machine;
use crate::scope::prompt_text;

pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    kind: &AddMessage,
    effects: &mut Effects,
) -> Flow {
    let At { lane, block } = at;
    let number = machine.exec.mint();
    let message = machine.exec.message.added(number);
    let visible = kind.visible && block.thread.is_main();
    let prompt = kind.prompt.as_ref();
    let text = prompt.map(|prompt| machine.scope(lane).render(prompt));
    let author = author(machine, kind.role);
    let files = files(machine, lane, kind);
    let parts = parts(machine, at, kind, &message, visible, text.clone());
    let worker = machine.worker_id(lane);
    let items = parts.into_iter().map(|(audience, body)| {
        Arc::new(Item {
            message: message.clone(),
            author: author.clone(),
            worker: worker.clone(),
            thread: block.thread.clone(),
            audience,
            body,
        })
    });
    effects.commit().items.extend(items);
    machine.log(
        lane,
        effects,
        LogBody::Message {
            role: kind.role,
            content: text.unwrap_or_else(|| "".into()),
            visible,
            response_type: None,
            files,
        },
    );
    Flow::Next
}

/// What the message consists of, and who reads it: the files, then the shown value, then the prompt.
fn parts(
    machine: &Machine,
    at: At<'_>,
    kind: &AddMessage,
    message: &MessageId,
    visible: bool,
    text: Option<Arc<str>>,
) -> Vec<(Audience, Body)> {
    let whole = if visible {
        Audience::Both
    } else {
        Audience::Model
    };
    let files = files(machine, at.lane, kind).into_iter();
    let mut parts: Vec<(Audience, Body)> = files
        .map(|file| (whole, Body::File { file, call: None }))
        .collect();
    if let Some(content) = &kind.ui_content {
        let audience = match (visible, text.is_some()) {
            (true, true) => Some(Audience::Client),
            (false, true) => None,
            // Without a prompt the value is all there is, so the model reads it, too.
            (_, false) => Some(whole),
        };
        parts.extend(audience.zip(shown_body(machine, at.lane, content, message)));
    }
    parts.extend(text.map(|text| {
        let audience = match kind.ui_content {
            Some(_) => Audience::Model,
            None => whole,
        };
        (audience, Body::Text { text })
    }));
    parts
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
fn files(machine: &Machine, lane: LaneId, kind: &AddMessage) -> Vec<FileReference> {
    let values = kind
        .files
        .iter()
        .filter_map(|place| machine.scope(lane).get(place));
    let each = values.flat_map(|value| match value.as_array() {
        Some(values) => values.as_slice(),
        None => std::slice::from_ref(value),
    });
    each.filter_map(|value| serde_json::from_value(value.clone()).ok())
        .collect()
}

/// A string is shown as text, anything else as an object; an absent value is not shown.
fn shown_body(
    machine: &Machine,
    lane: LaneId,
    content: &UiContent,
    message: &MessageId,
) -> Option<Body> {
    let value = machine.scope(lane).get(&content.place)?;
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
