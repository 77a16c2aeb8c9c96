//! The compiler as its users see it: bundles in, programs and diagnostics out.

pub(crate) mod agent_files;
mod corpus;
mod coverage;
mod error_pages;
mod fuzz_corpus;
#[expect(unreachable_pub, reason = "the fuzz targets take it as a crate")]
#[path = "../../../../fuzz/src/lib.rs"]
mod fuzzed;
mod growth;
mod hostile;
mod language_rules;
pub(crate) mod never_panics;
mod rules;
