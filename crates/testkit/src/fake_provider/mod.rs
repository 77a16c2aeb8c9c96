//! A model vendor on a real socket of this machine, which answers by script and checks its callers.
//!
//! Each request is held to the rules of the real API (`rules.rs` and the vendor's folder); one that breaks
//! a rule is answered 400 and remembered, so every end-to-end test is a test of the conversation, too.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use testkit::{FakeProvider, Reply};
//!
//! let fake = FakeProvider::start().await?;
//! fake.push(Reply::tool("get-current-time", serde_json::json!({})));
//! fake.push(Reply::text("It is noon."));
//! // … point the server at `fake.url()` …
//! assert_eq!(fake.violations(), Vec::<String>::new());
//! # Ok(()) }
//! ```
//!
//! The binary `fake-provider` serves the same over HTTP, for tests in other languages; `control.rs`
//! lists its endpoints and `reply.rs` the JSON form of a reply.
//!
//! To add a vendor: a folder beside `anthropic/` that implements `wire::Wire`, and its route in
//! `serve.rs`.

mod anthropic;
mod body;
mod builder;
mod chat;
mod control;
mod conversation;
mod fingerprint;
mod google;
mod openai;
mod reply;
mod rules;
mod serve;
mod state;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use anthropic::{anthropic_violation, signature_of};
pub use chat::chat_violation;
pub use google::{google_violation, thought_signature_of};
pub use openai::{encrypted_of, openai_violation};
pub use reply::{Chunks, Failure, Reply, Step, Tokens};
pub use state::{Counts, Recorded};

use state::State;

/// How long a test waits for something to happen before it is called a failure.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running fake vendor; it stops when this is dropped.
pub struct FakeProvider {
    address: SocketAddr,
    state: Arc<State>,
    server: JoinHandle<()>,
}

impl FakeProvider {
    /// Starts on a free port of the loopback interface.
    ///
    /// # Errors
    /// Where no port can be bound.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_on(0).await
    }

    /// Starts on that port of the loopback interface; 0 takes a free one.
    ///
    /// # Errors
    /// Where the port cannot be bound.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test's server ends with its handle, no shutdown waits for it"
    )]
    pub async fn start_on(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let routes =
            serve::routes(Arc::clone(&state)).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move {
            // Serving ends with an error only where accepting does, and then every test sees it.
            drop(axum::serve(listener, routes).await);
        });
        Ok(Self {
            address,
            state,
            server,
        })
    }

    /// The base URL to give a caller, without a slash at its end and without `/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts a reply at the end of the script.
    pub fn push(&self, reply: Reply) {
        self.state.push(reply);
    }

    /// What is answered where the script is at its end.
    pub fn set_default(&self, reply: Reply) {
        self.state.set_default(reply);
    }

    /// Lets one [`Step::Hold`] go on.
    pub fn release(&self) {
        self.state.release();
    }

    /// Every request so far, oldest first, also those that were refused.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.state.requests()
    }

    /// The rules that requests have broken, oldest first.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.state.violations()
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state.counts()
    }

    /// How many bytes the bodies of all answers had so far.
    #[must_use]
    pub fn bytes_sent(&self) -> usize {
        self.state.bytes_sent()
    }

    /// Waits until the counts are as asked; panics after ten seconds, naming what they were.
    #[expect(clippy::panic, reason = "a test that waits in vain has failed")]
    pub async fn until(&self, wanted: impl FnMut(&Counts) -> bool) -> Counts {
        match tokio::time::timeout(PATIENCE, self.state.until(wanted)).await {
            Ok(counts) => counts,
            Err(_) => panic!("waited {PATIENCE:?} in vain; {:?}", self.counts()),
        }
    }

    /// Waits until callers have dropped that many answers before their end.
    pub async fn until_aborted(&self, answers: usize) -> Counts {
        self.until(|counts| counts.aborted >= answers).await
    }

    /// Waits until that many requests have come.
    pub async fn until_requested(&self, requests: usize) -> Counts {
        self.until(|counts| counts.requests >= requests).await
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}
