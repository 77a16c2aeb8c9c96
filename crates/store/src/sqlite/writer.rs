//! The one connection that writes: operations that come together share a commit, and its `fsync`.
//!
//! Operations take the connection one after the other. Each runs in a savepoint of its own inside the
//! transaction of a group; one that fails is taken back alone. The first one of a group wakes a thread,
//! the committer, which queues for the connection like everyone else: a group is what stood before it in
//! the queue. So nobody waits for a group to fill, and while one commit is at the disk the next group
//! gathers. An operation is answered when its group is committed.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Connection, ffi};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout};

use super::connection::{ASK_AGAIN, execute, fetch, is_busy, run, store_error};
use crate::database::{EachRow, Read, Value, Write};
use crate::{Result, StoreError};

/// The largest group. Operations beyond it wait for the next one.
const GROUP: usize = 64;
/// How long an operation waits for its turn before it says that the database is busy.
const TURN: Duration = Duration::from_secs(10);
/// How long a group waits for another process, such as `octavusd keys create` beside a server. It waits
/// without blocking a thread.
const OTHER_PROCESS: Duration = Duration::from_secs(5);

/// Taking the write lock at the start: a transaction that begins as a reader and then writes can fail
/// without waiting.
const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";
const ENTER: &str = "SAVEPOINT operation";
const KEEP: &str = "RELEASE operation";
const TAKE_BACK: &str = "ROLLBACK TO operation";

/// Hands out turns on the connection. Dropping it waits for the last group.
pub(super) struct Writer {
    group: Arc<Mutex<Group>>,
    /// One for each place in a group, held from the wait for a turn up to the commit.
    places: Arc<Semaphore>,
    /// Closed by the drop.
    wake: Option<SyncSender<()>>,
    committer: Option<JoinHandle<()>>,
}

/// The connection, and who is in its transaction.
pub(super) struct Group {
    connection: Connection,
    /// The place of the operation that has the turn.
    running: Option<OwnedSemaphorePermit>,
    /// Those that wait for the commit.
    members: Vec<Member>,
}

/// An operation that is done but for the commit.
struct Member {
    answer: oneshot::Sender<Result<()>>,
    place: OwnedSemaphorePermit,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> Result<Self> {
        let group = Arc::new(Mutex::new(Group {
            connection,
            running: None,
            members: Vec::new(),
        }));
        // One call is enough for all that is done before it is heard.
        let (wake, woken) = sync_channel(1);
        let committer = thread::Builder::new().name("sqlite-commit".to_owned());
        let committer = committer.spawn({
            let group = Arc::clone(&group);
            move || commit_groups(&group, &woken)
        });
        Ok(Self {
            group,
            places: Arc::new(Semaphore::new(GROUP)),
            wake: Some(wake),
            committer: Some(committer.map_err(|error| StoreError::Unavailable(error.into()))?),
        })
    }

    /// Waits for a turn to write.
    pub(super) async fn turn(&self) -> Result<Turn> {
        let wait = async {
            let place = Arc::clone(&self.places).acquire_owned().await;
            (place, Arc::clone(&self.group).lock_owned().await)
        };
        let (place, mut group) = timeout(TURN, wait).await.map_err(busy)?;
        let place = place.map_err(|closed| StoreError::Unavailable(closed.into()))?;
        group.enter(place).await?;
        Ok(Turn {
            group,
            wake: self.wake.clone(),
        })
    }

    /// Waits for the connection alone, to read from it.
    pub(super) async fn reader(&self) -> OwnedMutexGuard<Group> {
        Arc::clone(&self.group).lock_owned().await
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(committer) = self.committer.take() {
            // A committer that panicked has told its group so, by dropping the answers.
            let _ = committer.join();
        }
    }
}

fn busy(_elapsed: tokio::time::error::Elapsed) -> StoreError {
    StoreError::Unavailable("more is being written than the disk takes; try again".into())
}

fn commit_groups(group: &Mutex<Group>, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        group.blocking_lock().commit();
    }
}

impl Group {
    /// Begins an operation, as the first one of a transaction or within it.
    async fn enter(&mut self, place: OwnedSemaphorePermit) -> Result<()> {
        if self.connection.is_autocommit() {
            self.begin().await?;
        }
        self.running = Some(place);
        run(&self.connection, ENTER).map_err(|error| {
            self.take_back();
            store_error(error)
        })
    }

    async fn begin(&mut self) -> Result<()> {
        let deadline = Instant::now() + OTHER_PROCESS;
        while let Err(error) = run(&self.connection, BEGIN) {
            if !is_busy(&error) || Instant::now() >= deadline {
                return Err(store_error(error));
            }
            sleep(ASK_AGAIN).await;
        }
        Ok(())
    }

    /// The operation that has the turn is done; answers what tells it that it is committed.
    fn keep(&mut self) -> Result<oneshot::Receiver<Result<()>>> {
        run(&self.connection, KEEP).map_err(store_error)?;
        let (answer, committed) = oneshot::channel();
        let place = self.running.take();
        self.members
            .extend(place.map(|place| Member { answer, place }));
        Ok(committed)
    }

    /// Takes back the operation that has the turn, if there is one.
    fn take_back(&mut self) {
        if self.running.take().is_none() {
            return;
        }
        let taken_back =
            run(&self.connection, TAKE_BACK).and_then(|()| run(&self.connection, KEEP));
        if let Err(error) = taken_back {
            // SQLite has ended the whole transaction: the disk is full, say.
            self.fail(&error);
        } else if self.members.is_empty() {
            self.roll_back();
        }
    }

    fn commit(&mut self) {
        if self.members.is_empty() {
            return;
        }
        match run(&self.connection, COMMIT) {
            Ok(()) => self.answer(|| Ok(())),
            Err(error) => self.fail(&error),
        }
    }

    /// Nothing of the group is kept.
    fn fail(&mut self, error: &rusqlite::Error) {
        self.roll_back();
        self.answer(|| Err(store_error(copy(error))));
    }

    fn answer(&mut self, outcome: impl Fn() -> Result<()>) {
        for Member { answer, place } in self.members.drain(..) {
            drop(place);
            // Nobody to tell: the caller has left.
            let _ = answer.send(outcome());
        }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // Where this fails the next operation fails, too, and says why.
            let _ = run(&self.connection, ROLLBACK);
        }
    }
}

/// An error for each member of a group.
fn copy(error: &rusqlite::Error) -> rusqlite::Error {
    let code = error.sqlite_error().copied();
    let code = code.unwrap_or_else(|| ffi::Error::new(ffi::SQLITE_ERROR));
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}

/// The turn of one operation; dropping it takes the operation back.
pub(super) struct Turn {
    group: OwnedMutexGuard<Group>,
    wake: Option<SyncSender<()>>,
}

#[async_trait]
impl Read for Turn {
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        fetch(&self.group.connection, sql, values, each)
    }
}

#[async_trait]
impl Write for Turn {
    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        execute(&self.group.connection, sql, values)
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        let committed = self.group.keep()?;
        if let Some(wake) = &self.wake {
            // Full: the committer is on its way.
            let _ = wake.try_send(());
        }
        // The next one takes its turn.
        drop(self);
        committed
            .await
            .unwrap_or_else(|lost| Err(StoreError::Unavailable(lost.into())))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.group.take_back();
    }
}

/// A database in memory has no other connection to read from.
#[async_trait]
impl Read for OwnedMutexGuard<Group> {
    async fn fetch(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<()> {
        fetch(&self.connection, sql, values, each)
    }
}
