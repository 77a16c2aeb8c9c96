//! Models behind one trait: one HTTP loop, pure dialects, and the demo model.

use domain::{Delta, ErrorInfo, ModelRequest};
use futures_util::stream::BoxStream;

/// The deltas of one model call. A failure is its last entry; so is `Delta::Finish`. Dropping the
/// stream aborts the call.
pub type DeltaStream = BoxStream<'static, Result<Delta, ErrorInfo>>;

/// Something that answers model requests.
pub trait Provider: Send + Sync {
    /// Starts the call when the stream is first polled. Never fails at once: every failure is an entry
    /// of the stream, safe to show to a client.
    fn stream(&self, request: ModelRequest) -> DeltaStream;
}
