//! Executions and their pauses.

use domain::{ExecutionId, SessionId, SessionState};

/// How an execution stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionStatus {
    /// A leg runs.
    Running,
    /// Paused for tool results; no lease is held.
    Waiting,
    Done,
    /// Its client left, a new trigger replaced it, or its process died.
    Stopped,
    Failed,
}

impl ExecutionStatus {
    const ALL: [Self; 5] = [
        Self::Running,
        Self::Waiting,
        Self::Done,
        Self::Stopped,
        Self::Failed,
    ];

    /// The stored form; the migrations and statements name these words too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// An execution as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredExecution {
    pub id: ExecutionId,
    pub session: SessionId,
    pub status: ExecutionStatus,
    /// The number of the newest leg that was started.
    pub leg: u32,
    /// The machine's row of the last pause, as the engine wrote it; kept until a later leg ends, so
    /// that a repeated continuation can run from it again (CONTRACT 7.6).
    pub pause: Option<Pause>,
    /// The first item of this execution; the mark for dropping its turn.
    pub first_seq: i64,
}

/// Where an execution waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Pause {
    /// JSON, opaque to the store.
    pub frame: String,
    /// The session's values at the pause: a repeated continuation starts from them.
    pub state: SessionState,
    /// The seq that the next item had at the pause.
    pub next_seq: i64,
}
