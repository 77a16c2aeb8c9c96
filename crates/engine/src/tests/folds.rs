//! The two folds over histories that no machine made on purpose.

use std::sync::Arc;

use domain::{
    Audience, Author, Body, Display, Item, JsonMap, Outcome, Part, StoredItem, ThreadId, Timestamp,
    ToolCall, Turn, TurnRole, UiPart, UiToolStatus,
};
use proptest::prelude::*;
use serde_json::json;

use crate::messages::{self, Live};
use crate::transcript;

fn item(message: &str, author: Author, audience: Audience, body: Body) -> Arc<Item> {
    let (message, thread) = (message.into(), ThreadId::main());
    Arc::new(Item {
        message,
        author,
        worker: None,
        thread,
        audience,
        body,
    })
}

fn user(text: &str) -> Arc<Item> {
    let body = Body::Text { text: text.into() };
    item("u", Author::User { sender: None }, Audience::Both, body)
}

fn assistant(body: Body) -> Arc<Item> {
    item("a", Author::Assistant, Audience::Both, body)
}

fn call(id: &str, display: Display) -> Body {
    Body::Call(Arc::new(ToolCall {
        id: id.into(),
        name: "tool".into(),
        arguments: [("k".to_owned(), json!("v"))]
            .into_iter()
            .collect::<JsonMap>(),
        display,
        label: Some("Label".into()),
        opaque: None,
    }))
}

fn result(id: &str) -> Body {
    Body::Result {
        call: id.into(),
        outcome: Arc::new(Outcome::Output(json!("out"))),
    }
}

/// Asserts what every provider demands of a conversation (RELIABILITY I5).
pub(crate) fn assert_valid(turns: &[Turn]) {
    assert_eq!(
        turns.first().map(|turn| turn.role),
        Some(TurnRole::User),
        "{turns:#?}"
    );
    assert_eq!(
        turns.last().map(|turn| turn.role),
        Some(TurnRole::User),
        "{turns:#?}"
    );
    let mut open: Vec<domain::ToolCallId> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (index, turn) in turns.iter().enumerate() {
        assert!(!turn.parts.is_empty(), "an empty turn: {turns:#?}");
        assert!(
            index == 0 || turns[index - 1].role != turn.role,
            "no alternation: {turns:#?}"
        );
        let mut results_over = false;
        for part in &turn.parts {
            match (turn.role, part) {
                (TurnRole::User, Part::Result { call, .. }) => {
                    assert!(!results_over, "a result behind text: {turns:#?}");
                    let place = open.iter().position(|id| *id == call.id);
                    open.remove(place.unwrap_or_else(|| panic!("a stray result: {turns:#?}")));
                }
                (TurnRole::User, Part::Text(text)) => {
                    assert!(!text.trim().is_empty(), "empty text: {turns:#?}");
                    results_over = true;
                }
                (TurnRole::User, Part::Media(_)) => results_over = true,
                (TurnRole::Assistant, Part::Call(call)) => {
                    assert!(seen.insert(call.id.clone()), "a repeated call: {turns:#?}");
                    open.push(call.id.clone());
                }
                (TurnRole::Assistant, Part::Text(text)) => {
                    assert!(!text.trim().is_empty(), "empty text: {turns:#?}");
                }
                (TurnRole::Assistant, Part::Reasoning { .. }) => {}
                (role, part) => panic!("{part:?} in a turn of the {role:?}: {turns:#?}"),
            }
        }
        if turn.role == TurnRole::User {
            assert!(open.is_empty(), "calls without results: {turns:#?}");
        } else {
            let last = turn.parts.last();
            assert!(
                !matches!(last, Some(Part::Reasoning { .. })),
                "ends in reasoning: {turns:#?}"
            );
        }
    }
}

fn bodies() -> impl Strategy<Value = Arc<Item>> {
    let ids = 0..4_u8;
    let audience = prop_oneof![
        4 => Just(Audience::Both), 1 => Just(Audience::Model), 1 => Just(Audience::Client)
    ];
    let body = prop_oneof![
        "[ a]{0,3}".prop_map(|text| Body::Text { text: text.into() }),
        "[a]{0,2}".prop_map(|text| Body::Reasoning {
            text: text.into(),
            opaque: None
        }),
        ids.prop_map(|id| result(&id.to_string())),
        Just(Body::Step),
        Just(Body::Object {
            id: "o".into(),
            type_name: "T".into(),
            value: json!({})
        }),
    ];
    let author = prop_oneof![
        1 => Just(Author::System),
        2 => Just(Author::User { sender: None }),
        3 => Just(Author::Assistant),
    ];
    (author, audience, body, 0..3_u8).prop_map(|(author, audience, body, message)| {
        item(&message.to_string(), author, audience, body)
    })
}

/// Random items, with calls whose ids are all different, as the machine mints them.
pub(super) fn histories() -> impl Strategy<Value = Vec<Arc<Item>>> {
    prop::collection::vec((bodies(), prop::bool::weighted(0.3)), 0..30).prop_map(|items| {
        let mut calls = 0;
        items
            .into_iter()
            .map(|(item, is_call)| {
                if !is_call {
                    return item;
                }
                calls += 1;
                assistant(call(&(calls - 1).to_string(), Display::Stream))
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_history_is_a_valid_conversation(history in histories()) {
        assert_valid(&transcript::fold(&history, None, &ThreadId::main(), None, None).turns);
    }

    #[test]
    fn every_prefix_of_a_history_is_shown_without_secrets(history in histories()) {
        let messages = messages::chat(&stored(&history), None);
        for message in messages::ui(messages, None) {
            prop_assert!(!message.parts.is_empty());
        }
    }
}

pub(super) fn stored(items: &[Arc<Item>]) -> Vec<StoredItem> {
    let stored = |(seq, item): (i64, &Arc<Item>)| StoredItem {
        seq,
        created: Timestamp::from_millis(seq),
        item: Arc::clone(item),
    };
    (0..).zip(items).map(stored).collect()
}

#[test]
fn another_threads_items_are_not_shown_to_the_model() {
    let other = Item {
        thread: "side".into(),
        ..(*user("secret")).clone()
    };
    let turns = transcript::fold(
        &[Arc::new(other), user("hi")],
        None,
        &ThreadId::main(),
        None,
        None,
    )
    .turns;
    assert_eq!(
        turns,
        [Turn {
            role: TurnRole::User,
            parts: vec![Part::Text("hi".into())]
        }]
    );
}

#[test]
fn results_of_one_step_stand_before_the_next_step() {
    let history = [
        user("hi"),
        assistant(call("1", Display::Stream)),
        assistant(call("2", Display::Stream)),
        assistant(result("2")),
        assistant(result("1")),
        assistant(Body::Text {
            text: "done".into(),
        }),
        user("thanks"),
    ];
    let turns = transcript::fold(&history, None, &ThreadId::main(), None, None).turns;
    assert_valid(&turns);
    assert_eq!(turns.len(), 5);
    insta::assert_debug_snapshot!(turns[2]);
}

fn tool_part(display: Display, live: Option<&Live>, answered: bool) -> Option<UiPart> {
    let mut history = vec![user("hi"), assistant(call("1", display))];
    if answered {
        history.push(assistant(result("1")));
    }
    let ui = messages::ui(messages::chat(&stored(&history), live), live);
    ui.into_iter()
        .nth(1)
        .and_then(|message| message.parts.into_iter().next())
}

#[test]
fn a_tool_part_shows_what_its_display_allows() {
    let rows: Vec<String> = [
        Display::Hidden,
        Display::Name,
        Display::Title,
        Display::Description,
        Display::Stream,
    ]
    .into_iter()
    .map(|display| {
        let part = tool_part(display, None, true);
        format!(
            "{display:?}: {}",
            serde_json::to_string(&part).expect("JSON")
        )
    })
    .collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn a_call_without_a_result_runs_while_its_turn_lives() {
    let status = |live: Option<&Live>| match tool_part(Display::Stream, live, false) {
        Some(UiPart::ToolCall { status, .. }) => status,
        other => panic!("not a tool part: {other:?}"),
    };
    assert_eq!(status(None), UiToolStatus::Cancelled);
    assert_eq!(
        status(Some(&Live::Waiting("a".into()))),
        UiToolStatus::Running
    );
    assert_eq!(
        status(Some(&Live::Waiting("other".into()))),
        UiToolStatus::Cancelled
    );
}

#[test]
fn the_chat_shape_keeps_hidden_parts_and_marks_them() {
    let directive = item(
        "d",
        Author::User { sender: None },
        Audience::Model,
        Body::Text {
            text: "directive".into(),
        },
    );
    let messages = messages::chat(&stored(&[user("hi"), directive]), None);
    assert_eq!(messages.len(), 2);
    assert!(!messages[1].parts[0].visible);
    assert_eq!(messages[1].content, "");
    assert_eq!(messages::ui(messages, None).len(), 1);
}
