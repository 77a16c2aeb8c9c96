//! What a model is shown of any history is a conversation that its vendor takes (RELIABILITY I5): after a
//! crash, an abort or a rollback, which all leave a prefix, after a restore, and with results that are
//! missing or there twice.

use std::sync::Arc;

use domain::{
    Audience, Author, Body, CopiedMessage, Display, Item, ModelRequest, Outcome, StoredItem,
    ThreadId, Timestamp, ToolCall, ToolDef, WorkerId,
};
use engine::{messages, restore, transcript};
use proptest::prelude::*;
use provider::dialect::anthropic::Anthropic;
use provider::dialect::google::Google;
use provider::dialect::openai::OpenAi;
use provider::dialect::openai_chat::OPENROUTER;
use provider::dialect::{Dialect, Model};
use serde_json::{Value, json};
use testkit::fake_provider::{
    anthropic_violation, chat_violation, encrypted_of, google_violation, openai_violation,
    signature_of, thought_signature_of,
};

/// The thinking of one vendor, as that hands it out; of another one's a model must not hear.
fn opaque() -> impl Strategy<Value = Option<Value>> {
    prop::sample::select(vec![
        None,
        Some(json!({ "anthropic": { "signature": signature_of("hm") } })),
        Some(json!({ "openai": { "id": "rs_1", "encrypted": encrypted_of("rs_1") } })),
        Some(json!({ "google": { "signature": thought_signature_of("hm") } })),
    ])
}

fn call_id(number: u8) -> domain::ToolCallId {
    format!("call-{number}").as_str().into()
}

/// What somebody says. Calls have the number 0 until they are told apart.
fn bodies() -> impl Strategy<Value = Body> {
    let outcomes = prop_oneof![
        3 => Just(Outcome::Output(json!({ "found": 1 }))),
        1 => Just(Outcome::Error("broken".into())),
    ];
    let call = Arc::new(ToolCall {
        id: call_id(0),
        name: "get-weather".into(),
        arguments: domain::JsonMap::new(),
        display: Display::Stream,
        label: None,
        opaque: None,
    });
    let workers = || prop::sample::select(vec!["w1", "w2"]).prop_map(WorkerId::from);
    let displays = prop::sample::select(vec![Display::Stream, Display::Name, Display::Hidden]);
    prop_oneof![
        1 => (workers(), displays).prop_map(|(worker, display)| Body::WorkerStart {
            worker,
            slug: "researcher".into(),
            description: None,
            input: domain::JsonMap::new(),
            display,
        }),
        1 => (workers(), outcomes.clone()).prop_map(|(worker, outcome)| Body::WorkerEnd {
            worker,
            outcome: Arc::new(outcome),
        }),
        4 => prop::sample::select(vec!["Hello.", " ", "", "Grüße 😀"])
            .prop_map(|text| Body::Text { text: text.into() }),
        3 => opaque().prop_map(|opaque| Body::Reasoning {
            text: "hm".into(),
            opaque: opaque.map(Arc::new),
        }),
        4 => Just(Body::Call(call)),
        4 => (0..6_u8, outcomes).prop_map(|(number, outcome)| Body::Result {
            call: call_id(number),
            outcome: Arc::new(outcome),
        }),
        2 => Just(Body::Step),
        1 => Just(Body::ThreadStart),
        1 => Just(Body::Object {
            id: "o".into(),
            type_name: "T".into(),
            value: json!({ "a": 1 }),
        }),
    ]
}

fn authors() -> impl Strategy<Value = Author> {
    prop_oneof![
        1 => Just(Author::System),
        3 => Just(Author::User { sender: None }),
        8 => Just(Author::Assistant),
    ]
}

fn items() -> impl Strategy<Value = Item> {
    let audiences = prop_oneof![
        6 => Just(Audience::Both), 1 => Just(Audience::Model), 1 => Just(Audience::Client)
    ];
    let worker = prop::sample::select(vec![None, None, None, Some("w1"), Some("w2")]);
    (authors(), audiences, worker, bodies(), 0..4_u8).prop_map(
        |(author, audience, worker, body, message)| Item {
            message: format!("m{message}").as_str().into(),
            author,
            worker: worker.map(WorkerId::from),
            thread: ThreadId::main(),
            audience,
            body,
        },
    )
}

/// A history of which only a part was kept.
fn histories() -> impl Strategy<Value = Vec<Arc<Item>>> {
    let items = prop::collection::vec(items(), 0..40);
    (items, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(mut items, end, cut)| {
        // The machine mints each id once.
        let mut calls = 0;
        for item in &mut items {
            if let Body::Call(call) = &mut item.body {
                item.author = Author::Assistant;
                Arc::make_mut(call).id = call_id(calls);
                calls += 1;
            }
        }
        if cut {
            items.truncate(end.index(items.len() + 1));
        }
        items.into_iter().map(Arc::new).collect()
    })
}

/// The history as it is behind a restore from what a client was shown of it.
fn restored(history: &[Arc<Item>]) -> Vec<Arc<Item>> {
    let stored = |(seq, item): (i64, &Arc<Item>)| StoredItem {
        seq,
        created: Timestamp::from_millis(seq),
        item: Arc::clone(item),
    };
    let stored: Vec<StoredItem> = (0..).zip(history).map(stored).collect();
    let shown = messages::ui(messages::chat(&stored, None), None);
    let copy = serde_json::to_value(shown).expect("messages are JSON");
    let copy: Vec<CopiedMessage> = serde_json::from_value(copy).expect("and are read as a copy");
    let items = restore::items(copy, Timestamp::from_millis(0));
    items.into_iter().map(|(_, item)| item).collect()
}

fn request(model: &str, history: &[Arc<Item>], worker: Option<&str>) -> ModelRequest {
    let worker = worker.map(WorkerId::from);
    let transcript = transcript::fold(history, worker.as_ref(), &ThreadId::main(), None, None);
    ModelRequest {
        tools: vec![ToolDef {
            name: "get-weather".into(),
            description: "Tells the weather".into(),
            input_schema: json!({ "type": "object", "properties": {} }),
        }],
        ..ModelRequest::new(model.parse().expect("a model"), transcript.turns)
    }
}

/// What each vendor says to the conversation.
fn violations(history: &[Arc<Item>], worker: Option<&str>) -> Vec<(&'static str, String)> {
    let rows: [(&str, &dyn Dialect); 4] = [
        ("anthropic/claude-sonnet-4-5", &Anthropic),
        ("openai/gpt-5.1", &OpenAi),
        ("google/gemini-2.5-pro", &Google),
        ("openrouter/anthropic/claude-sonnet-4.5", &OPENROUTER),
    ];
    rows.into_iter()
        .filter_map(|(model, dialect)| {
            let request = request(model, history, worker);
            let encoded = dialect.encode(&request, Model::named(&request.model.model));
            let body = encoded.expect("a conversation can be written").body;
            let body: Value = serde_json::from_slice(&body).expect("a body is JSON");
            let violation = match model.split('/').next() {
                Some("anthropic") => anthropic_violation(&body),
                Some("openai") => openai_violation(&body),
                Some("google") => google_violation("gemini-2.5-pro", &body),
                _ => chat_violation("openrouter", &body),
            };
            Some((model, format!("{}\n{body:#}", violation?)))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_history_is_a_conversation_for_every_vendor(history in histories()) {
        for worker in [None, Some("w1")] {
            let violations = violations(&history, worker);
            prop_assert!(violations.is_empty(), "{violations:#?}");
        }
    }

    #[test]
    fn so_is_every_restored_one(history in histories()) {
        let violations = violations(&restored(&history), None);
        prop_assert!(violations.is_empty(), "{violations:#?}");
    }
}
