//! Test support for every crate: what a test needs of the outside world, scripted and checked.
//!
//! Nothing of this is linked into the product.

pub mod fake_provider;

pub use fake_provider::{FakeProvider, Reply};
