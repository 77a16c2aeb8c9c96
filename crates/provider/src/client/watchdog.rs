//! How long a vendor may be silent: one timer for a whole answer, not one for each piece of it.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// Ends a wait that lasts longer than is allowed at the moment.
pub(super) struct Watchdog {
    timer: Pin<Box<Sleep>>,
    /// When something came last.
    heard: Instant,
    allowed: Duration,
}

impl Watchdog {
    pub(super) fn new(allowed: Duration) -> Self {
        let heard = Instant::now();
        Self {
            timer: Box::pin(tokio::time::sleep(allowed)),
            heard,
            allowed,
        }
    }

    /// Something came; from now on this much silence is allowed.
    pub(super) fn heard(&mut self, allowed: Duration) {
        self.heard = Instant::now();
        let deadline = self.heard + allowed;
        // The timer may ring too early (`silence` sees to that), but never too late.
        if self.allowed != allowed && self.timer.deadline() > deadline {
            self.timer.as_mut().reset(deadline);
        }
        self.allowed = allowed;
    }

    /// What comes of `wait`.
    ///
    /// # Errors
    /// The time that was allowed, where it is over.
    pub(super) async fn within<T>(&mut self, wait: impl Future<Output = T>) -> Result<T, Duration> {
        tokio::select! {
            biased;
            came = wait => Ok(came),
            () = self.silence() => Err(self.allowed),
        }
    }

    async fn silence(&mut self) {
        loop {
            self.timer.as_mut().await;
            let deadline = self.heard + self.allowed;
            if deadline <= Instant::now() {
                return;
            }
            self.timer.as_mut().reset(deadline);
        }
    }
}
