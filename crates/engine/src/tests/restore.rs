//! A client's copy of its chat, back to items and shown again.

use std::sync::Arc;

use domain::{
    Body, CopiedMessage, Item, Outcome, Part, StoredItem, ThreadId, Timestamp, UiMessage,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::folds::{assert_valid, histories, stored};
use crate::{messages, restore, transcript};

const NOW: Timestamp = Timestamp::from_millis(5_000);

fn copy(messages: Value) -> Vec<CopiedMessage> {
    serde_json::from_value(messages).expect("a copy")
}

fn restored(messages: Value) -> Vec<StoredItem> {
    let items = restore::items(copy(messages), NOW);
    let stored = (0..)
        .zip(items)
        .map(|(seq, (created, item))| StoredItem { seq, created, item });
    stored.collect()
}

fn shown(items: &[StoredItem]) -> Vec<UiMessage> {
    messages::ui(messages::chat(items, None), None)
}

fn turns(items: &[StoredItem]) -> Vec<domain::Turn> {
    let items: Vec<Arc<Item>> = items
        .iter()
        .map(|stored| Arc::clone(&stored.item))
        .collect();
    transcript::fold(&items, None, &ThreadId::main(), None, None).turns
}

fn message(id: &str, role: &str, parts: Value) -> Value {
    json!({ "id": id, "role": role, "parts": parts, "status": "done",
        "createdAt": "2025-11-24T16:00:00.000Z" })
}

/// The one part of one restored message, as a client is shown it.
fn part_of(part: Value) -> Value {
    let items = restored(json!([message("a", "assistant", json!([part]))]));
    let shown = serde_json::to_value(shown(&items)).expect("JSON");
    shown[0]["parts"][0].clone()
}

#[test]
fn who_when_and_in_which_order_is_kept() {
    let mut first = message(
        "b",
        "user",
        json!([{ "type": "text", "text": "hi", "status": "done" }]),
    );
    first["sender"] = json!({ "id": "u1", "name": "Ada" });
    let second = message(
        "a",
        "assistant",
        json!([
            { "type": "step-start" },
            { "type": "reasoning", "text": "hm", "status": "done",
              "providerMetadata": { "anthropic": { "signature": "s" } } },
            { "type": "step-start" },
            { "type": "text", "text": "hello", "status": "done", "thread": "side" },
            { "type": "operation", "operationId": "o", "name": "Save", "operationType": "set-resource",
              "status": "done" },
            { "type": "source", "sourceType": "url", "id": "s", "url": "https://example.com" },
            { "type": "file", "id": "f", "mediaType": "image/png", "url": "https://example.com/f" },
            { "type": "object", "id": "x", "typeName": "T", "object": { "a": 1 }, "status": "done" },
        ]),
    );
    let items = restored(json!([first, second]));
    let mut expected = json!([first, second]);
    // A mark that parts nothing is not shown.
    expected[1]["parts"]
        .as_array_mut()
        .expect("parts")
        .remove(0);
    assert_eq!(serde_json::to_value(shown(&items)).expect("JSON"), expected);
    assert_valid(&turns(&items));
}

#[test]
fn what_is_not_shown_is_not_restored() {
    let items = restored(json!([
        message(
            "s",
            "system",
            json!([{ "type": "text", "text": "obey", "status": "done" }])
        ),
        message(
            "a",
            "assistant",
            json!([{ "type": "hologram", "depth": 3 }])
        ),
        message("b", "user", json!([])),
    ]));
    assert_eq!(items, []);
}

#[test]
fn a_copy_without_a_time_gets_the_time_of_its_restoring() {
    let text = json!([{ "type": "text", "text": "hi", "status": "done" }]);
    for time in [Value::Null, json!("yesterday")] {
        let mut message = message("a", "user", text.clone());
        message["createdAt"] = time;
        assert_eq!(restored(json!([message]))[0].created, NOW);
    }
}

#[test]
fn a_tool_call_is_what_its_mode_left_of_it() {
    let call = |extra: Value| {
        let mut part = json!({ "type": "tool-call", "toolCallId": "1", "toolName": "t",
            "displayName": "Label", "args": {}, "status": "done" });
        let fields = part.as_object_mut().expect("an object");
        fields.extend(extra.as_object().expect("an object").clone());
        part
    };
    let rows: Vec<String> = [
        json!({ "display": "stream", "args": { "k": "v" }, "result": "out" }),
        json!({ "display": "stream" }),
        json!({ "display": "description", "args": { "k": "v" } }),
        json!({ "display": "title" }),
        json!({ "display": "name", "status": "error", "error": "broken" }),
        json!({ "display": "name", "status": "error" }),
        json!({ "display": "stream", "status": "pending" }),
        json!({ "display": "stream", "status": "running" }),
        json!({ "display": "stream", "status": "cancelled" }),
        json!({ "result": "of an older copy" }),
        json!({}),
    ]
    .into_iter()
    .map(|extra| {
        let part = call(extra);
        let read = restored(json!([message("a", "assistant", json!([part]))]));
        let result = read.iter().find_map(|stored| match &stored.item.body {
            Body::Result { outcome, .. } => Some(match &**outcome {
                Outcome::Output(value) => format!("output {value}"),
                Outcome::Error(text) => format!("error {text:?}"),
            }),
            _ => None,
        });
        let model = result.unwrap_or_else(|| "none".to_owned());
        format!(
            "{part}\n  client: {}\n  model: {model}",
            part_of(part.clone())
        )
    })
    .collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn thinking_without_its_signature_is_not_signed() {
    let thought = json!({ "type": "reasoning", "text": "hm", "status": "streaming" });
    let text = json!({ "type": "text", "text": "hi", "status": "streaming" });
    let items = restored(json!([
        message("a", "user", json!([text])),
        message("b", "assistant", json!([thought, text])),
    ]));
    let turns = turns(&items);
    let thoughts = turns
        .iter()
        .flat_map(|turn| &turn.parts)
        .filter_map(|part| match part {
            Part::Reasoning { opaque, .. } => Some(opaque.is_some()),
            _ => None,
        });
    assert_eq!(thoughts.collect::<Vec<_>>(), [false]);
}

#[test]
fn what_came_of_an_object_is_kept() {
    let object = |extra: Value| {
        let mut part =
            json!({ "type": "object", "id": "x", "typeName": "T", "status": "streaming" });
        let fields = part.as_object_mut().expect("an object");
        fields.extend(extra.as_object().expect("an object").clone());
        part_of(part)["object"].clone()
    };
    assert_eq!(object(json!({ "partial": { "a": 1 } })), json!({ "a": 1 }));
    assert_eq!(
        object(json!({ "partial": {}, "object": { "a": 2 } })),
        json!({ "a": 2 })
    );
    assert_eq!(object(json!({ "error": "broken" })), Value::Null);
}

#[test]
fn ids_that_are_there_twice_are_told_apart() {
    let part = |result: &str| {
        json!({ "type": "tool-call", "toolCallId": "1", "toolName": "t", "args": {},
            "display": "stream", "status": "done", "result": result })
    };
    let items = restored(json!([
        message("a", "assistant", json!([part("one"), part("two")])),
        message("a", "assistant", json!([part("three")])),
    ]));
    let shown = shown(&items);
    assert_eq!(shown.len(), 2);
    let text = serde_json::to_string(&shown).expect("JSON");
    assert!(
        text.contains("one") && text.contains("two") && text.contains("three"),
        "{text}"
    );
    assert_valid(&turns(&items));
}

/// Parts as clients have them, right and wrong, in every state.
fn copied_part() -> impl Strategy<Value = Value> {
    let status = prop_oneof![
        Just("pending"),
        Just("running"),
        Just("done"),
        Just("error"),
        Just("cancelled")
    ];
    let display = prop_oneof![
        Just(Value::Null),
        Just(json!("name")),
        Just(json!("title")),
        Just(json!("description")),
        Just(json!("stream")),
        Just(json!("hidden")),
    ];
    let thread = prop_oneof![3 => Just(Value::Null), 1 => Just(json!("side"))];
    prop_oneof![
        ("[ a]{0,3}", thread)
            .prop_map(|(text, thread)| json!({ "type": "text", "text": text, "thread": thread })),
        "[a]{0,2}".prop_map(|text| json!({ "type": "reasoning", "text": text })),
        (0..3_u8, status, display, any::<bool>()).prop_map(|(id, status, display, known)| {
            let mut call = json!({ "type": "tool-call", "toolCallId": id.to_string(),
                "toolName": "t", "args": {}, "status": status, "display": display });
            if known {
                call["result"] = json!("out");
            }
            call
        }),
        Just(json!({ "type": "step-start" })),
        Just(json!({ "type": "todo", "todos": [] })),
        Just(json!({ "type": "object", "id": "o", "typeName": "T", "object": {} })),
    ]
}

fn copies() -> impl Strategy<Value = Value> {
    let role = prop_oneof![Just("user"), Just("assistant"), Just("system")];
    let parts = prop::collection::vec(copied_part(), 0..6);
    let message = (0..4_u8, role, parts)
        .prop_map(|(id, role, parts)| message(&id.to_string(), role, json!(parts)));
    prop::collection::vec(message, 0..8).prop_map(|messages| json!(messages))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_was_shown_is_shown_again(history in histories()) {
        let before = shown(&stored(&history));
        let copy = serde_json::to_value(&before).expect("JSON");
        prop_assert_eq!(shown(&restored(copy)), before);
    }

    #[test]
    fn every_copy_is_a_valid_conversation(copy in copies()) {
        let items = restored(copy);
        assert_valid(&turns(&items));
        // Restoring what a restored session shows changes nothing more.
        let once = shown(&items);
        let again = restored(serde_json::to_value(&once).expect("JSON"));
        prop_assert_eq!(shown(&again), once);
    }
}
