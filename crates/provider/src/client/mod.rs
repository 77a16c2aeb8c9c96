//! The one HTTP loop: every vendor's call runs through here, and only here.
//!
//! `call` is a call's life over its attempts, `attempt` one exchange, `failure` what a client is told,
//! `retry` when it is tried again, `watchdog` how long anything may take.

mod attempt;
mod call;
mod excess;
mod failure;
mod retry;
mod target;
mod watchdog;

use std::sync::Arc;
use std::time::Duration;

use domain::{ModelRequest, Speed};
use futures_util::{StreamExt, stream};

use crate::DeltaStream;
use crate::dialect::Model;

pub(crate) use call::is_content;
pub use retry::RetryPolicy;
pub(crate) use target::{Target, TargetError};

/// The most bytes that a line, or an event's data, of an answer may have (RELIABILITY B.9).
const LINE_LIMIT: usize = 1024 * 1024;

/// How long a vendor may keep us waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection alone.
    pub connect: Duration,
    /// From sending a request to the first bytes of its answer.
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            idle: Duration::from_secs(60),
        }
    }
}

/// Makes calls. Cheap to clone: the clones share their connections.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    timeouts: Timeouts,
    retry: RetryPolicy,
}

impl Client {
    pub(crate) fn new(timeouts: Timeouts, retry: RetryPolicy) -> reqwest::Result<Self> {
        // The first to install one wins, and every crate of ours installs this one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .connect_timeout(timeouts.connect)
            // A redirect would carry the key to wherever it points.
            .redirect(reqwest::redirect::Policy::none())
            // Only our own configuration is read, never the environment.
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            timeouts,
            retry,
        })
    }

    /// One model call. Nothing is sent before the stream is polled; dropping it closes the connection.
    pub(crate) fn call(
        &self,
        target: &Arc<Target>,
        request: &ModelRequest,
        model: Model<'_>,
    ) -> DeltaStream {
        let origin = target.origin(&request.model.model);
        let body = match target.dialect.encode(request, model) {
            Ok(body) => body,
            Err(error) => {
                let info = origin.refused(error.to_string());
                return stream::once(async { Err(info) }).boxed();
            }
        };
        let mut client = self.clone();
        if request.speed == Speed::Fast {
            // Its limits are apart from those of the standard speed, which is the better second attempt.
            client.retry.retries = 0;
        }
        let call = call::Call::new(client, origin, body);
        let deltas = stream::unfold(Box::new(call), |mut call| async {
            let delta = call.next().await?;
            Some((delta, call))
        });
        deltas.boxed()
    }
}
