//! The compiler as its users see it: bundles in, programs and diagnostics out.

pub(crate) mod agent_files;
mod corpus;
mod coverage;
mod error_pages;
mod hostile;
mod language_rules;
pub(crate) mod never_panics;
mod rules;
