//! Groups: what is in one, and what becomes of its members.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt as _;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::*;
use crate::sqlite::connection;

const INSERT: &str = "INSERT INTO parents (n) VALUES ($1)";

/// A writer on a table of numbers, and how often it has committed.
struct Bench {
    folder: TempDir,
    writer: Arc<Writer>,
    commits: Arc<AtomicUsize>,
}

impl Bench {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let connection = connection::open(&url(&folder), Duration::ZERO).unwrap();
        let tables = "
            CREATE TABLE parents (place INTEGER PRIMARY KEY AUTOINCREMENT, n BIGINT UNIQUE);
            CREATE TABLE children (n BIGINT REFERENCES parents (n) DEFERRABLE INITIALLY DEFERRED);";
        connection.execute_batch(tables).unwrap();
        let commits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&commits);
        let count = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            false
        };
        connection.commit_hook(Some(count)).unwrap();
        Self {
            folder,
            writer: Arc::new(Writer::new(connection).unwrap()),
            commits,
        }
    }

    fn commits(&self) -> usize {
        self.commits.load(Ordering::Relaxed)
    }

    /// What another process sees, in the order of the writes.
    fn stored(&self) -> Vec<i64> {
        let connection = connection::open(&url(&self.folder), Duration::ZERO).unwrap();
        let mut statement = connection
            .prepare("SELECT n FROM parents ORDER BY place")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// Queues an insert of each number, and returns when all of them stand in the queue.
    async fn queue(&self, numbers: std::ops::Range<i64>) -> JoinSet<Result<()>> {
        let mut inserts = JoinSet::new();
        for number in numbers {
            let writer = Arc::clone(&self.writer);
            inserts.spawn(async move { insert(&writer, number).await });
            tokio::task::yield_now().await;
        }
        inserts
    }

    /// Queues one operation of these statements, each with the number 1.
    async fn queue_one(&self, statements: &'static [&'static str]) -> JoinSet<Result<()>> {
        let writer = Arc::clone(&self.writer);
        let mut operation = JoinSet::new();
        operation.spawn(async move {
            let mut turn = Box::new(writer.turn().await?);
            for sql in statements {
                turn.execute(sql, &[1_i64.into()]).await?;
            }
            turn.commit().await
        });
        tokio::task::yield_now().await;
        operation
    }
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("store.db").display())
}

async fn insert(writer: &Writer, number: i64) -> Result<()> {
    let mut turn = Box::new(writer.turn().await?);
    turn.execute(INSERT, &[number.into()]).await?;
    turn.commit().await
}

#[tokio::test]
async fn what_stands_in_the_queue_shares_a_commit() {
    let bench = Bench::new();
    let mut first = Box::new(bench.writer.turn().await.unwrap());
    first.execute(INSERT, &[0_i64.into()]).await.unwrap();
    let rest = bench.queue(1..64).await;
    first.commit().await.unwrap();
    assert!(rest.join_all().await.iter().all(Result::is_ok));
    assert_eq!(bench.commits(), 1);
    assert!(
        bench.stored().into_iter().eq(0..64),
        "in the order they came"
    );
}

#[tokio::test]
async fn a_group_has_a_largest_size() {
    let bench = Bench::new();
    let first = Box::new(bench.writer.turn().await.unwrap());
    let rest = bench.queue(1..129).await;
    first.commit().await.unwrap();
    assert!(rest.join_all().await.iter().all(Result::is_ok));
    assert!(bench.commits() >= 3, "{} commits", bench.commits());
    assert!(bench.stored().into_iter().eq(1..129));
}

#[tokio::test]
async fn many_writers_need_few_commits() {
    const WRITERS: i64 = 50;
    const EACH: i64 = 20;
    let bench = Bench::new();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (bench, first) = (Arc::clone(&bench.writer), writer * EACH);
        writers.spawn(async move {
            for number in first..first + EACH {
                insert(&bench, number).await.unwrap();
            }
        });
    }
    writers.join_all().await;
    let stored = bench.stored();
    assert_eq!(stored.len(), 1_000);
    for writer in 0..WRITERS {
        let own = stored.iter().filter(|number| **number / EACH == writer);
        assert!(own.is_sorted(), "a writer's operations keep their order");
    }
    assert!(bench.commits() <= 250, "{} commits", bench.commits());
}

#[tokio::test]
async fn a_lone_writer_waits_for_nobody() {
    let bench = Bench::new();
    for number in 0..3 {
        insert(&bench.writer, number).await.unwrap();
        assert_eq!(bench.stored().len(), bench.commits());
    }
    assert_eq!(bench.commits(), 3);
}

#[tokio::test]
async fn an_operation_that_fails_is_taken_back_alone() {
    let bench = Bench::new();
    let first = Box::new(bench.writer.turn().await.unwrap());
    let good = bench.queue(1..3).await;
    let taken = bench
        .queue_one(&["DELETE FROM parents", INSERT, INSERT])
        .await;
    let late = bench.queue(3..5).await;
    first.commit().await.unwrap();
    let taken = taken.join_all().await;
    assert!(
        matches!(taken[0], Err(StoreError::Conflict { .. })),
        "{taken:?}"
    );
    assert!(good.join_all().await.iter().all(Result::is_ok));
    assert!(late.join_all().await.iter().all(Result::is_ok));
    assert_eq!(bench.stored(), [1, 2, 3, 4]);
    assert_eq!(bench.commits(), 1);
}

#[tokio::test]
async fn an_operation_alone_that_fails_leaves_no_transaction_open() {
    let bench = Bench::new();
    drop(bench.writer.turn().await.unwrap());
    let other = connection::open(&url(&bench.folder), Duration::ZERO).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; COMMIT").unwrap();
    assert_eq!(bench.commits(), 0);
}

#[tokio::test]
async fn a_group_that_is_not_committed_answers_nobody_well() {
    let bench = Bench::new();
    let mut first = Box::new(bench.writer.turn().await.unwrap());
    let orphan = "INSERT INTO children (n) VALUES ($1)";
    first.execute(orphan, &[99_i64.into()]).await.unwrap();
    let rest = bench.queue(1..4).await;
    let outcome = first.commit().await;
    assert!(
        matches!(outcome, Err(StoreError::Refused(_))),
        "{outcome:?}"
    );
    assert!(rest.join_all().await.iter().all(Result::is_err));
    assert!(bench.stored().is_empty());

    insert(&bench.writer, 5).await.unwrap();
    assert_eq!(bench.stored(), [5]);
}

/// As SQLite does by itself where the disk is full.
#[tokio::test]
async fn a_transaction_that_is_ended_under_a_group_fails_its_members() {
    let bench = Bench::new();
    let first = Box::new(bench.writer.turn().await.unwrap());
    let members = bench.queue(1..3).await;
    let culprit = bench.queue_one(&[ROLLBACK]).await;
    let late = bench.queue(3..5).await;
    assert!(first.commit().await.is_err());
    assert!(members.join_all().await.iter().all(Result::is_err));
    assert!(culprit.join_all().await[0].is_err());
    assert!(late.join_all().await.iter().all(Result::is_ok));
    assert_eq!(bench.stored(), [3, 4]);
}

#[tokio::test]
async fn a_caller_that_leaves_the_queue_writes_nothing() {
    let bench = Bench::new();
    let first = Box::new(bench.writer.turn().await.unwrap());
    let mut gone = bench.queue(1..3).await;
    let rest = bench.queue(3..5).await;
    gone.shutdown().await;
    first.commit().await.unwrap();
    assert!(rest.join_all().await.iter().all(Result::is_ok));
    assert_eq!(bench.stored(), [3, 4]);
    assert_eq!(bench.writer.places.available_permits(), GROUP);
}

#[tokio::test]
async fn what_is_done_is_kept_though_its_caller_left() {
    let bench = Bench::new();
    let mut turn = Box::new(bench.writer.turn().await.unwrap());
    turn.execute(INSERT, &[1_i64.into()]).await.unwrap();
    drop(turn.commit().now_or_never());
    insert(&bench.writer, 2).await.unwrap();
    assert_eq!(bench.stored(), [1, 2]);
}

#[tokio::test]
async fn the_end_waits_for_the_last_group() {
    let bench = Bench::new();
    let mut turn = Box::new(bench.writer.turn().await.unwrap());
    turn.execute(INSERT, &[1_i64.into()]).await.unwrap();
    drop(turn.commit().now_or_never());
    let Bench {
        folder,
        writer,
        commits,
    } = bench;
    drop(writer);
    assert_eq!(commits.load(Ordering::Relaxed), 1);
    let reopened = connection::open(&url(&folder), Duration::ZERO).unwrap();
    let count: i64 = reopened
        .query_one("SELECT count(*) FROM parents", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_told_that_the_database_is_busy() {
    let bench = Bench::new();
    let turn = bench.writer.turn().await.unwrap();
    let queued = bench.queue(1..100).await;
    let outcomes = queued.join_all().await;
    for outcome in &outcomes {
        assert!(
            matches!(outcome, Err(StoreError::Unavailable(_))),
            "{outcome:?}"
        );
    }
    drop(turn);
    assert_eq!(bench.writer.places.available_permits(), GROUP);
}

#[tokio::test]
async fn another_process_is_waited_for() {
    let bench = Bench::new();
    let other = connection::open(&url(&bench.folder), Duration::ZERO).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut waiting = bench.queue(1..2).await;
    assert!(waiting.try_join_next().is_none());
    other
        .execute_batch("INSERT INTO parents (n) VALUES (0); COMMIT")
        .unwrap();
    assert!(waiting.join_all().await[0].is_ok());
    assert_eq!(bench.stored(), [0, 1]);
}
