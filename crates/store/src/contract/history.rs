//! Items, and going back.

use std::sync::Arc;

use domain::{
    Audience, Author, Body, FileReference, Item, Outcome, Sender, SessionId, Source, StoredItem,
    ToolCall,
};
use serde_json::json;

use super::world::{Place, SESSION_END, Step, World, at, item, state};
use crate::{CommitPoint, CommitWrite, ExecutionStatus};

impl World {
    /// A leg with these items, from first to last commit.
    async fn say(&self, session: &SessionId, execution: &str, items: Vec<Item>) -> Vec<StoredItem> {
        let lease = self.take(session).await;
        let items: Vec<Arc<Item>> = items.into_iter().map(Arc::new).collect();
        let write = CommitWrite {
            execution: &execution.into(),
            leg: 1,
            begin: true,
            keyed: false,
            rewind: None,
            point: CommitPoint::End { failed: false },
            items: &items,
            state: None,
            log: &[],
            now: at(5),
            expires: SESSION_END,
        };
        self.store.commit(&lease, write).await.unwrap()
    }
}

fn numbered(texts: &[(i64, &str)]) -> Vec<(i64, String)> {
    let owned = texts.iter().map(|(seq, text)| (*seq, (*text).to_owned()));
    owned.collect()
}

pub(crate) async fn a_new_session_has_no_history(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    assert_eq!(world.items(&id).await, []);
    assert_eq!(world.log(&id, 10).await, []);
}

pub(crate) async fn items_keep_their_order_and_count_on(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let other = world.with_session("s2").await;
    let lease = world.take(&id).await;
    let first = Step::begin("e1").texts(&["b", "a"]);
    world.commit(&lease, first).await.unwrap();
    world
        .leg(&other, Step::begin("e1").texts(&["x"]).end())
        .await;
    world.commit(&lease, Step::more("e1")).await.unwrap();
    let last = Step::more("e1").texts(&["c"]).end();
    world.commit(&lease, last).await.unwrap();
    let expected = numbered(&[(0, "b"), (1, "a"), (2, "c")]);
    assert_eq!(world.texts(&id).await, expected);
    assert_eq!(world.texts(&other).await, numbered(&[(0, "x")]));
}

pub(crate) async fn stored_items_are_what_is_read(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let mut stored = world.say(&id, "e1", vec![item("one"), item("two")]).await;
    stored.extend(world.say(&id, "e2", vec![item("three")]).await);
    assert_eq!(stored.len(), 3);
    assert_eq!(stored, world.items(&id).await);
}

pub(crate) async fn every_kind_of_item_survives(place: Place) {
    let call = json!({"id": "c1", "name": "look-up", "display": "stream", "arguments": {"q": "\u{0} 🐙 \u{7f}"}});
    let call: ToolCall = serde_json::from_value(call).unwrap();
    let source = json!({"sourceType": "url", "id": "1", "url": "https://example.com"});
    let source: Source = serde_json::from_value(source).unwrap();
    let file = json!({"id": "f1", "mediaType": "image/png", "url": "https://example.com/1.png"});
    let file: FileReference = serde_json::from_value(file).unwrap();
    let bodies = [
        Body::Text {
            text: "NUL \0, quote ', 漢字, \u{1f419}, \\".into(),
        },
        Body::Reasoning {
            text: "".into(),
            opaque: Some(Arc::new(json!({"signature": "a+b/c=="}))),
        },
        Body::Call(Arc::new(call)),
        Body::Result {
            call: "c1".into(),
            outcome: Arc::new(Outcome::Output(json!([1, 2.5, null, "x"]))),
        },
        Body::Result {
            call: "c2".into(),
            outcome: Arc::new(Outcome::Error("no".to_owned())),
        },
        Body::Step,
        Body::Source(source),
        Body::File {
            file,
            call: Some("c1".into()),
        },
    ];
    let mut items: Vec<Item> = bodies
        .into_iter()
        .map(|body| Item { body, ..item("") })
        .collect();
    items[0].author = Author::User {
        sender: Some(Sender {
            name: Some("Zoë".to_owned()),
            ..Sender::default()
        }),
    };
    items[1].audience = Audience::Model;
    items[2].worker = Some("w1".into());

    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    world.say(&id, "e1", items.clone()).await;
    let read: Vec<Item> = world
        .items(&id)
        .await
        .iter()
        .map(|it| Item::clone(&it.item))
        .collect();
    assert_eq!(read, items);
}

pub(crate) async fn a_large_item_survives(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let text = "0123456789abcdeß".repeat(1 << 16);
    assert!(text.len() > 1 << 20);
    world.say(&id, "e1", vec![item(&text), item("small")]).await;
    let read = world.texts(&id).await;
    assert!(read[0].1 == text);
    assert_eq!(read[1].1, "small");
}

pub(crate) async fn a_rewind_drops_the_newer_items(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let first = Step::begin("e1").texts(&["a", "b", "c"]).log(&["kept"]);
    world.leg(&id, first.end()).await;
    let lease = world.take(&id).await;
    let next = Step::begin("e2").rewind(1).texts(&["d"]).end();
    let stored = world.commit(&lease, next).await.unwrap();
    assert_eq!(stored[0].seq, 1);
    assert_eq!(world.texts(&id).await, numbered(&[(0, "a"), (1, "d")]));
    assert_eq!(world.log(&id, 9).await, numbered(&[(0, "kept")]));
    assert_eq!(world.execution(&id, "e2").await.first_seq, 1);
}

pub(crate) async fn a_rewind_to_the_end_drops_nothing(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let first = Step::begin("e1").texts(&["a"]);
    world.commit(&lease, first).await.unwrap();
    for mark in [1, 2, i64::MAX] {
        let nothing = Step::more("e1").rewind(mark);
        world.commit(&lease, nothing).await.unwrap();
    }
    let next = Step::more("e1").texts(&["b"]);
    world.commit(&lease, next).await.unwrap();
    assert_eq!(world.texts(&id).await, numbered(&[(0, "a"), (1, "b")]));
}

pub(crate) async fn a_rewind_leaves_other_sessions_alone(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let other = world.with_session("s2").await;
    for session in [&id, &other] {
        let step = Step::begin("e1").texts(&["a"]);
        world.leg(session, step.end()).await;
    }
    world.leg(&id, Step::begin("e2").rewind(0).end()).await;
    assert_eq!(world.items(&id).await, []);
    assert_eq!(world.items(&other).await.len(), 1);
}

/// CONTRACT 7.6: results are stored once, however often they are posted.
pub(crate) async fn a_cut_continuation_runs_again_from_its_pause(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let at_pause = state("at the pause");
    let pause = Step::begin("e1").texts(&["call"]).state(&at_pause);
    world.leg(&id, pause.pause("{}")).await;

    let later = state("later");
    for leg in 2..5 {
        let lease = world.take(&id).await;
        let pause = world.execution(&id, "e1").await.pause.unwrap();
        let results = Step::begin("e1").leg(leg).rewind(pause.next_seq);
        let results = results.state(&pause.state).texts(&["result"]);
        world.commit(&lease, results).await.unwrap();
        assert_eq!(world.session(&id).await.state, at_pause);
        let partial = Step::more("e1").leg(leg).texts(&["part"]).state(&later);
        world
            .commit(&lease, partial.at(CommitPoint::Stop))
            .await
            .unwrap();
    }
    let expected = numbered(&[(0, "call"), (1, "result"), (2, "part")]);
    assert_eq!(world.texts(&id).await, expected);
    let execution = world.execution(&id, "e1").await;
    assert_eq!(execution.leg, 4);
    assert_eq!(execution.status, ExecutionStatus::Stopped);

    world.leg(&id, Step::begin("e1").leg(5).end()).await;
    assert_eq!(world.execution(&id, "e1").await.pause, None);
}
