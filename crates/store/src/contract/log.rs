//! The log of a session.

use domain::{LogBody, LogEntry, LogRecord, ModelRef, ModelRequestInfo, SessionId};

use super::world::{Place, SESSION_END, Step, World, at, log_record};
use crate::{CommitPoint, CommitWrite, LogPage, LogQuery};

impl World {
    async fn page(&self, session: &SessionId, limit: u32, without: Option<&str>) -> LogPage {
        let query = LogQuery { limit, without };
        self.store.log(session, query).await.unwrap()
    }

    /// A leg that logs these at one moment.
    async fn logs(&self, session: &SessionId, log: &[LogRecord], now: i64) {
        let lease = self.take(session).await;
        let write = CommitWrite {
            execution: &format!("e{now}").into(),
            leg: 1,
            begin: true,
            keyed: false,
            rewind: None,
            point: CommitPoint::End { failed: false },
            items: &[],
            state: None,
            log,
            now: at(now),
            expires: SESSION_END,
        };
        self.store.commit(&lease, write).await.unwrap();
    }
}

fn numbered(texts: &[(i64, &str)]) -> Vec<(i64, String)> {
    let owned = texts.iter().map(|(seq, text)| (*seq, (*text).to_owned()));
    owned.collect()
}

fn model_request() -> LogRecord {
    let model: ModelRef = "anthropic/test".parse().unwrap();
    let entry = LogEntry {
        body: LogBody::ModelRequest {
            model_request: ModelRequestInfo::from(&model),
        },
        thread: None,
        block_name: None,
        worker_id: None,
        worker_slug: None,
    };
    LogRecord::new(&entry, usize::MAX)
}

pub(crate) async fn the_log_keeps_its_order(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let lease = world.take(&id).await;
    let first = Step::begin("e1").log(&["b", "a"]);
    world.commit(&lease, first).await.unwrap();
    let last = Step::more("e1").log(&["c"]).end();
    world.commit(&lease, last).await.unwrap();
    let expected = numbered(&[(0, "b"), (1, "a"), (2, "c")]);
    assert_eq!(world.log(&id, 10).await, expected);
    assert_eq!(world.page(&id, 1, None).await.entries[0].created, at(5));
}

pub(crate) async fn the_log_gives_its_newest_entries(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let step = Step::begin("e1").log(&["a", "b", "c", "d"]);
    world.leg(&id, step.end()).await;
    assert_eq!(world.log(&id, 2).await, numbered(&[(2, "c"), (3, "d")]));
    assert_eq!(world.log(&id, 4).await.len(), 4);
    assert_eq!(world.log(&id, 0).await, []);
    assert_eq!(world.page(&id, 2, None).await.total, 4);
    assert_eq!(world.page(&"nobody".into(), 2, None).await.total, 0);
}

pub(crate) async fn entries_of_a_type_are_left_out(place: Place) {
    let world = World::of(&place).await;
    let id = world.with_session("s1").await;
    let (a, b) = (log_record("a"), log_record("b"));
    let log = [a.clone(), model_request(), model_request(), b.clone()];
    world.logs(&id, &log, 5).await;
    let page = world.page(&id, 9, None).await;
    let read: Vec<&LogRecord> = page.entries.iter().map(|it| &it.entry).collect();
    assert_eq!(read, log.iter().collect::<Vec<_>>());
    let without = Some(LogRecord::MODEL_REQUEST);
    let page = world.page(&id, 1, without).await;
    assert_eq!((page.total, page.entries.len()), (2, 1));
    assert_eq!((page.entries[0].seq, &page.entries[0].entry), (3, &b));
    assert_eq!(world.page(&id, 9, without).await.entries[0].entry, a);
}

pub(crate) async fn old_entries_are_forgotten(place: Place) {
    let world = World::of(&place).await;
    let (one, two) = (
        world.with_session("s1").await,
        world.with_session("s2").await,
    );
    for (now, text) in [(5, "a"), (6, "b"), (7, "c")] {
        world.logs(&one, &[log_record(text)], now).await;
        world.logs(&two, &[log_record(text)], now).await;
    }
    let forget = |limit| world.store.forget_log_entries(at(7), limit);
    assert_eq!(forget(3).await.unwrap(), 3);
    assert_eq!(forget(9).await.unwrap(), 1);
    assert_eq!(forget(9).await.unwrap(), 0);
    for id in [&one, &two] {
        assert_eq!(world.log(id, 9).await, numbered(&[(2, "c")]));
    }
    world.logs(&one, &[log_record("d")], 8).await;
    assert_eq!(world.log(&one, 1).await, numbered(&[(3, "d")]));
}
