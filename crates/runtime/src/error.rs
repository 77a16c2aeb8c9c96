//! Why a request to the runtime was refused before a stream began.

use std::time::Duration;

use store::{ObjectError, StoreError};

/// Variants by what the client is told. Once a stream has begun, failures are events of it instead.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error("agent `{0}` not found")]
    AgentNotFound(String),
    #[error("session not found")]
    SessionNotFound,
    #[error("the session has expired")]
    SessionExpired,
    #[error("execution not found: it ended, or another trigger replaced it")]
    ExecutionNotFound,
    #[error("the session is busy with another execution")]
    SessionBusy { retry_after: Duration },
    #[error("the session of this `idempotencyKey` has gone on; trigger it instead")]
    StartedBefore,
    #[error("{0}")]
    InvalidInput(String),
    /// The stored agent no longer compiles with this build.
    #[error("the agent cannot be run by this version of the server: {0}")]
    BrokenAgent(String),
    /// A stored pause that cannot be gone on from.
    #[error("the paused execution cannot be continued")]
    BrokenPause(#[from] engine::FrameError),
    #[error("the server is shutting down")]
    ShuttingDown,
    #[error("the store failed")]
    Store(#[from] StoreError),
    #[error("the files cannot be reached")]
    Objects(#[from] ObjectError),
    /// The task of a leg ended before its stream began: a defect.
    #[error("the execution could not be started")]
    LegLost,
}
