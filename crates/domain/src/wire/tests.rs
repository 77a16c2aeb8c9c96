//! The rows of `legacy-wire.json`, which the published client's own schema reads, too
//! (`tests/clients/legacy-shape.test.mjs`).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{WireChoice, WireVersion};
use crate::message::MessagePart;
use crate::{BlockStart, ChatMessage, Display, StreamEvent, UiMessage, UiPart};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Golden {
    events: Vec<Row<StreamEvent, Vec<Value>>>,
    ui_parts: Vec<Row<UiPart, Option<Value>>>,
    chat_parts: Vec<Row<MessagePart, Option<Value>>>,
}

#[derive(Deserialize)]
struct Row<Current, Legacy> {
    about: String,
    current: Current,
    legacy: Legacy,
}

fn golden() -> Golden {
    let text = include_str!("../../tests/golden/legacy-wire.json");
    serde_json::from_str(text).expect("the golden file is JSON")
}

fn sent(wire: WireVersion, event: StreamEvent) -> Vec<Value> {
    let mut events = Vec::new();
    wire.event(event, |event| {
        events.push(serde_json::to_value(event).expect("events are JSON"));
    });
    events
}

fn message(parts: Vec<UiPart>) -> UiMessage {
    let mut message: UiMessage = serde_json::from_value(json!({
        "id": "m", "role": "user", "parts": [], "status": "done", "sender": { "name": "Ada" },
        "createdAt": "2025-11-24T16:00:00.000Z",
    }))
    .expect("a message");
    message.parts = parts;
    message
}

#[test]
fn each_event_has_its_older_shape() {
    for row in golden().events {
        let sent = sent(WireVersion::Legacy, row.current);
        assert_eq!(sent, row.legacy, "{}", row.about);
    }
}

#[test]
fn each_part_of_a_chat_has_its_older_shape() {
    for row in golden().ui_parts {
        let messages = WireVersion::Legacy.ui_messages(vec![message(vec![row.current])]);
        let expected: Vec<Value> = row.legacy.into_iter().collect();
        let parts = messages.into_iter().flat_map(|message| message.parts);
        let parts: Vec<Value> = parts
            .map(|part| serde_json::to_value(part).expect("parts are JSON"))
            .collect();
        assert_eq!(parts, expected, "{}", row.about);
    }
}

#[test]
fn each_part_of_a_session_has_its_older_shape() {
    for row in golden().chat_parts {
        let mut message: ChatMessage = serde_json::from_value(json!({
            "id": "m", "role": "assistant", "parts": [], "content": "",
            "createdAt": "2025-11-24T16:00:00.000Z",
        }))
        .expect("a message");
        message.parts = vec![row.current];
        let legacy = WireVersion::Legacy.chat_messages(vec![message]);
        let parts = serde_json::to_value(&legacy[0].parts).expect("parts are JSON");
        let expected: Vec<Value> = row.legacy.into_iter().collect();
        assert_eq!(parts, Value::from(expected), "{}", row.about);
    }
}

#[test]
fn a_block_without_parts_is_not_sent_to_older_clients() {
    let start = StreamEvent::BlockStart(BlockStart {
        block_id: "b".into(),
        block_name: "B".into(),
        block_type: "next-message".into(),
        display: Display::Name,
        description: None,
        output_to_chat: Some(true),
        thread: None,
        worker_id: None,
        empty: true,
    });
    let end = StreamEvent::BlockEnd {
        block_id: "b".into(),
        summary: None,
        worker_id: None,
        empty: true,
    };
    for event in [start, end] {
        assert_eq!(
            sent(WireVersion::Legacy, event.clone()),
            Vec::<Value>::new()
        );
        assert_eq!(sent(WireVersion::V4, event).len(), 1);
    }
}

#[test]
fn every_kind_of_event_and_part_has_a_row() {
    let golden = golden();
    let kinds = |schema: schemars::Schema| {
        let variants = schema.as_value()["oneOf"].as_array().cloned();
        let kind = |variant: Value| {
            let kind = variant["properties"]["type"]["const"].as_str();
            kind.expect("each variant has a type").to_owned()
        };
        let kinds = variants.expect("variants").into_iter().map(kind);
        kinds.collect::<std::collections::BTreeSet<String>>()
    };
    let named = |value: Value| value["type"].as_str().map(str::to_owned);
    let events = golden.events.into_iter().map(|row| row.current);
    let events = events.filter_map(|event| named(serde_json::to_value(event).ok()?));
    assert_eq!(
        events.collect::<std::collections::BTreeSet<_>>(),
        kinds(schemars::schema_for!(StreamEvent))
    );
    let parts = golden.ui_parts.into_iter().map(|row| row.current);
    let parts = parts.filter_map(|part| named(serde_json::to_value(part).ok()?));
    assert_eq!(
        parts.collect::<std::collections::BTreeSet<_>>(),
        kinds(schemars::schema_for!(UiPart))
    );
}

#[test]
fn the_current_shape_is_not_touched() {
    let golden = golden();
    for row in golden.events {
        let expected = vec![serde_json::to_value(&row.current).expect("events are JSON")];
        assert_eq!(sent(WireVersion::V4, row.current), expected);
    }
    let messages = vec![message(
        golden.ui_parts.into_iter().map(|row| row.current).collect(),
    )];
    assert_eq!(WireVersion::V4.ui_messages(messages.clone()), messages);
}

#[test]
fn a_message_of_a_chat_has_no_sender_and_is_not_empty() {
    let text = UiPart::Text {
        text: "hi".into(),
        status: crate::UiStatus::Done,
        thread: None,
    };
    let messages = vec![
        message(vec![UiPart::StepStart]),
        message(vec![UiPart::StepStart, text]),
    ];
    let legacy = WireVersion::Legacy.ui_messages(messages);
    assert_eq!(legacy.len(), 1);
    assert_eq!((legacy[0].parts.len(), &legacy[0].sender), (1, &None));
}

#[test]
fn a_message_of_a_session_has_only_what_is_known() {
    let call = json!({ "id": "c", "name": "t", "arguments": {}, "status": "available",
        "result": 1, "display": "title" });
    let message: ChatMessage = serde_json::from_value(json!({
        "id": "m", "role": "assistant", "createdAt": "2025-11-24T16:00:00.000Z", "content": "hi",
        "sender": { "name": "Ada" }, "toolCalls": [call],
        "parts": [
            { "type": "step-start", "visible": true },
            { "type": "operation", "visible": true,
              "operation": { "id": "o", "name": "Save", "operationType": "set-resource" } },
            { "type": "tool-call", "visible": true, "toolCall": call },
            { "type": "text", "visible": true, "content": "hi" },
        ],
    }))
    .expect("a message");
    let legacy = WireVersion::Legacy.chat_messages(vec![message.clone()]);
    insta::assert_json_snapshot!(legacy);
    let current = WireVersion::V4.chat_messages(vec![message.clone()]);
    assert_eq!(current, [message]);
}

#[test]
fn a_request_tells_which_client_it_is_of() {
    let rows = [
        (Some("4"), true, WireVersion::V4),
        (Some(" 6 "), false, WireVersion::V4),
        (Some("3"), false, WireVersion::Legacy),
        (Some("new"), true, WireVersion::Legacy),
        (Some("new"), false, WireVersion::V4),
        (None, true, WireVersion::Legacy),
        (None, false, WireVersion::V4),
    ];
    for (header, looks_like_fetch, expected) in rows {
        let detected = WireVersion::detect(header, looks_like_fetch);
        assert_eq!(detected, expected, "{header:?} {looks_like_fetch}");
        assert_eq!(WireChoice::Auto.or(detected), expected);
        assert_eq!(WireChoice::V4.or(detected), WireVersion::V4);
        assert_eq!(WireChoice::Legacy.or(detected), WireVersion::Legacy);
    }
}

#[test]
fn a_choice_is_read_as_it_is_written() {
    for choice in WireChoice::ALL {
        assert_eq!(choice.as_str().parse(), Ok(choice));
    }
    assert!("v5".parse::<WireChoice>().is_err());
}
