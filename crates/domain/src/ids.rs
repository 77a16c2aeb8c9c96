//! Identifiers as types, so that a session id can never be passed for an agent id.
//!
//! Ids are opaque text to everybody but their maker (`runtime::ids`, and the machine for tool calls).
//! They are shared, not copied: cloning one costs a reference count.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        #[schemars(inline)]
        pub struct $name(Arc<str>);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The shared text itself, for places that hold many ids as text.
            #[must_use]
            pub fn shared(&self) -> Arc<str> {
                Arc::clone(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    )*};
}

id! {
    /// A world of agents, keys and sessions that no other project can see.
    ProjectId;
    /// The public half of an API key; safe to log.
    KeyId;
    /// An agent, across all of its revisions.
    AgentId;
    /// One immutable content of an agent: the hash of its bundle.
    RevisionId;
    /// A conversation with one agent.
    SessionId;
    /// One run of a trigger's handler, over all of its legs.
    ExecutionId;
    /// A file that was uploaded to a session, or is to be.
    FileId;
    /// One message of a session.
    MessageId;
    /// A line of conversation within a session; `main` unless the protocol names another.
    ThreadId;
    /// One call of a tool, minted by the machine. A vendor's own id travels as opaque data.
    ToolCallId;
    /// One run of a worker agent.
    WorkerId;
}

impl ThreadId {
    /// The thread that the client's chat shows.
    pub const MAIN: &'static str = "main";

    #[must_use]
    pub fn main() -> Self {
        Self::from(Self::MAIN)
    }

    #[must_use]
    pub fn is_main(&self) -> bool {
        self.as_str() == Self::MAIN
    }
}
/// Parts a turn's message from the number of another one that the turn adds.
const ADDED: char = '.';

impl MessageId {
    /// The id of a message that is added within the turn whose answer has this id.
    #[must_use]
    pub fn added(&self, number: u32) -> Self {
        Self::from(format!("{self}{ADDED}{number}"))
    }

    /// The answer of the turn that a message was stored in.
    #[must_use]
    pub fn turn(&self) -> Self {
        match self.0.split_once(ADDED) {
            Some((turn, _)) => Self::from(turn),
            None => self.clone(),
        }
    }
}
