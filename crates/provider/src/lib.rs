//! Models behind one trait: one HTTP loop, pure dialects, and the demo model.
//!
//! [`Providers`] is what a server holds. Behind it, `client` is the only code that talks to a vendor,
//! and a [`dialect::Dialect`] the only code that knows a vendor's words; neither knows the other's
//! trade. No vendor's name or shape leaves this crate, apart from names in configuration and errors.
//!
//! To add a vendor with a format of its own: a folder in `dialect/`, a row in `presets.rs`, and the
//! cases of `tests/dialects.rs`.

mod client;
mod demo;
pub mod dialect;
mod facts;
mod fallback;
mod fit;
pub mod presets;
mod registry;
mod secret;
pub mod sse;

use domain::{Delta, ErrorInfo, ModelRef, ModelRequest, Models};
use futures_util::stream::BoxStream;
use serde_json::Value;

pub use client::{RetryPolicy, Timeouts};
pub use demo::Demo;
pub use dialect::unknown_events;
pub use facts::{BuiltIn, KnownFacts, KnownLongPrice, KnownPrice, Reads};
pub use fit::reads;
pub use presets::{Format, PRESETS, Preset};
pub use registry::{Endpoint, Providers, ProvidersConfig, ProvidersError};
pub use secret::Secret;

/// The deltas of one model call. A failure is its last entry; so is `Delta::Finish`. Dropping the
/// stream aborts the call.
pub type DeltaStream = BoxStream<'static, Result<Delta, ErrorInfo>>;

/// Something that answers model requests, and knows its models.
pub trait Provider: Models {
    /// Starts the call when the stream is first polled. Never fails at once: every failure is an entry
    /// of the stream, safe to show to a client.
    fn stream(&self, request: ModelRequest) -> DeltaStream;

    /// Whether the vendor of a model fetches such a medium from an address; where it does not, the request
    /// must hold the bytes.
    fn fetches(&self, _: &ModelRef, _: &str) -> bool {
        false
    }

    /// The body that [`Provider::stream`] posts for this request, for a log: no headers, so no key.
    /// None where nothing is posted.
    fn request_body(&self, _: &ModelRequest) -> Option<Value> {
        None
    }
}
