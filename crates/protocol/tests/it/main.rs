//! The compiler as its users see it: bundles in, programs and diagnostics out.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "what can't be read is a failed test"
)]

mod bundles;
mod corpus;
mod hostile;
mod never_panics;
